/** Between comments on a stream that is silent: under the 10 s after which some proxies and servers give up. */
export const keepAliveMs = 8_000;
