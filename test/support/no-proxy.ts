/**
 * Bun would send requests to a test's own servers through the proxy of a machine that has one (HTTP_PROXY). Import it
 * for that, before the first request.
 */
for (const name of ["NO_PROXY", "no_proxy"]) process.env[name] = "127.0.0.1,localhost,::1";
