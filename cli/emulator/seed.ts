import type { Emulator } from "../../emulator";

/** Adds connected integrations to each account. Their IDs name the account: `shop-1-store-1`, `shop-1-store-2`, … */
export function seedAccounts(emulator: Emulator, count: number): void {
  emulator.accounts().forEach(({ name }, index) => {
    const place = (number: number) => String(index * 1_000_000 + number).padStart(10, "0");
    emulator.seed(count, {
      account: name,
      prefix: `${name}-store-`,
      fields: (number) => ({
        connected_merchant_id: `110${place(number)}`,
        connected_advertiser_id: `549${place(number)}`,
        connected_tag_id: `261${place(number)}`,
        partner_metadata: JSON.stringify({ store: number, account: name }),
      }),
    });
  });
}
