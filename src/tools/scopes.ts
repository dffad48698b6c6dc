/**
 * What a token has to grant (OAuth 2.1) for what is offered here. Each tool and resource names the one it needs, so
 * that one of them can be given a scope of its own.
 */

/** Status, waiting and results: everything there is so far. */
export const readScope = "bda:read";
