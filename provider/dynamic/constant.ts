/** The type token of a commerce integration under the dynamic front end. */
export const dynamicType = "pulumi-nodejs:dynamic/pinterest:CommerceIntegration";

/** The type token of a log entry under the dynamic front end. */
export const logType = "pulumi-nodejs:dynamic/pinterest:IntegrationLog";

/** The property in which the engine keeps a dynamic provider's code. */
export const providerKey = "__provider";

/**
 * The whole code that state keeps of this provider, twice a resource. It leads to whatever version of the package is
 * installed beside the program, so it never goes stale. It never changes either: another text would be another
 * provider to every existing state. The SDK resolves the path from the program's directory.
 */
export const providerText = 'exports.handler=()=>require("pulumi-pinterest/dynamic").provider';

/** The same for log entries: their code in state, which never changes either. */
export const logProviderText = 'exports.handler=()=>require("pulumi-pinterest/dynamic").log';
