import { plainUp, type Sequence, sequences } from "./ownership/commands";
import { checkConverges, checkPromises } from "./ownership/promises";
import { World } from "./ownership/world";
import type { Pinterest } from "./pinterest";
import { testSequences } from "./sequences";
import { ensure } from "./violation";

// Several providers of both types, each with its own process, and resources that move between them. All processes of a command share the
// records of its run, and all commands share a token file, although their machines' clocks differ. See `ownership/promises.ts` for the promises.

testSequences({
  title:
    "providers of one program keep integrations that another resource declares, leave no orphans and lose no tokens:",
  runs: 500,
  seed: 1,
  sequences: sequences,
  play,
});

/** Runs a sequence from an empty Pinterest, and then destroys the stack. */
async function play(pinterest: Pinterest, sequence: Sequence): Promise<void> {
  const { language, reads, readLag, refreshTokenRotation, foreign, declarations, rounds } = sequence;
  pinterest.reset({ readLag, refreshTokenRotation });
  const world = new World(pinterest, language, reads, foreign);
  for (const declaration of declarations) world.edit({ do: "add", declaration, first: false });
  await checkPromises(world, await world.run(plainUp));
  for (const { edits, command } of rounds) {
    for (const edit of edits) world.edit(edit);
    await checkPromises(world, await world.run(command));
  }
  await checkConverges(world);
  world.engine.unprotect();
  await checkPromises(world, await world.run({ ...plainUp, do: "destroy", deleteOldestFirst: true }));
  const isDeletable = world.engine
    .resourcesWithIntegration()
    .every((resource) => world.isDeletable(resource));
  const last = await world.run({ ...plainUp, do: "destroy" });
  await checkPromises(world, last);
  const { errors } = last.outcome;
  ensure(errors.length === 0 || !isDeletable, "a destroy succeeds", () => errors.join());
}
