import { ensure } from "../ensure";
import { type Deletion, isSame, type Observation, succeeded } from "../observation";
import { type Declaration, urnOf } from "../program";
import { managedIn, replacedIn } from "../stack";
import type { World } from "../world";

/** Checks deletions, orphaned integrations and tokens. Several resources and several providers can have one integration. */
export function checkOwnership(world: World, observation: Observation): void {
  for (const deletion of observation.deletions) checkDeletion(world, observation, deletion);
  checkDeleteLimit(observation);
  checkOrphans(world);
  checkTokens(world, observation);
  const { command } = observation;
  if (command.do === "destroy" && command.chosen === undefined && succeeded(observation)) {
    const { state } = world.stack;
    const urns = [...managedIn(state).values(), ...replacedIn(state)].map(({ urn }) => urn);
    ensure(urns.length === 0, "a destroy leaves nothing in state", urns.join());
  }
}

/** Checks that no other resource in state has a deleted integration, and that the program does not declare it. */
function checkDeletion(
  world: World,
  { command, declared }: Observation,
  { integration, resource, others, replaced }: Deletion,
): void {
  const { chosen } = command;
  const { externalBusinessId: id } = integration;
  const isTarget = (urn: string) => chosen === undefined || chosen.urns.has(urn) === (chosen.by === "target");
  // Limit: no records show a resource that a partial command leaves out, and that is replaced or no longer declared.
  const isDeclared = (urn: string) => declared.some((each) => !each.isRead && urnOf(each) === urn);
  const sharing = others.filter(
    (other) => isTarget(other.urn) || (isDeclared(other.urn) && !replaced.includes(other)),
  );
  ensure(
    sharing.length === 0,
    "an integration that another resource in state has is not deleted",
    `${id} of ${resource.urn}, which ${sharing.map(({ urn }) => urn)} has`,
  );
  if (command.do === "destroy" && (chosen === undefined || !command.runProgram)) return;
  const isDestroyed = (each: Declaration) => command.do === "destroy" && isTarget(urnOf(each));
  const kept = declared.filter(
    (each) => isSame(world.declaredIntegration(each), integration) && !isDestroyed(each),
  );
  ensure(
    kept.length === 0,
    "an integration that the program declares is not deleted",
    `${id} of ${resource.urn}, which ${kept.map(urnOf)} declares`,
  );
}

function checkDeleteLimit({ command: { deleteLimit, onDelete }, requests }: Observation): void {
  // A request with an expired token is repeated.
  const deletes = requests.filter(({ method, status }) => method === "DELETE" && status !== 401);
  const limit = onDelete === undefined ? deleteLimit : 0;
  ensure(
    limit === undefined || deletes.length <= limit,
    "no more deletions are sent than the limits allow",
    `${deletes.length} instead of ${limit}: ${deletes.map(({ external_business_id: id }) => id)}`,
  );
}

function checkOrphans(world: World): void {
  const unexpected = world.orphans().filter((each) => !world.history.mayBeOrphaned(each));
  ensure(
    unexpected.length === 0,
    "each integration has a resource in state, or a message names it",
    unexpected.map(({ externalBusinessId }) => externalBusinessId).join(),
  );
}

/** Checks that an account stops working only if a process lost the response to an exchange, and that a message reports it. */
function checkTokens({ tokens }: World, { messages, errors }: Observation): void {
  const rejections = [...messages, ...errors.map(({ error }) => error.message)].filter((message) =>
    message.includes("rejected the refresh"),
  );
  for (const message of rejections)
    ensure(
      tokens.hasLost && message.includes("interrupted exchange"),
      "a refresh token works unless an exchange was interrupted",
      message,
    );
  if (rejections.length > 0) tokens.reconnect();
}
