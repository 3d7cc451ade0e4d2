/**
 * Texts on the page whose contrast with their background is below a ratio (WCAG 2). Runs in the browser, so it uses nothing from
 * outside.
 */
export function lowContrast(least: number): string[] {
  // biome-ignore lint/suspicious/noExplicitAny: the types of a browser are not those of this project
  const { document, getComputedStyle } = globalThis as any;
  const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const low: string[] = [];
  let looked = 0;
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].filter(
      (node) => node.nodeType === 3 && node.textContent.trim() !== "",
    );
    if (own.length === 0 || !element.checkVisibility() || element.closest("script, .skip")) continue;
    let ground = element;
    while (channels(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
    const [one, other] = [
      luminance(getComputedStyle(element).color),
      luminance(getComputedStyle(ground).backgroundColor),
    ].sort((a, b) => a - b) as [number, number];
    const ratio = (other + 0.05) / (one + 0.05);
    looked++;
    if (ratio < least) low.push(`${own[0].textContent.trim()}: ${ratio.toFixed(2)}`);
  }
  return looked > 50 ? low : [`only ${looked} texts were looked at`];
}
