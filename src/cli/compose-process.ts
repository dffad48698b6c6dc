import { type ComposeConfig, type Composition, composeWith, type Surroundings } from "./compose.ts";

/** The product as a process has it, which may ask every source of credentials that AWS knows of. */
export function compose(config: ComposeConfig, surroundings: Surroundings): Composition {
  return composeWith(
    async (...given) => (await import("./aws-clients.ts")).createAwsClients(...given),
    config,
    surroundings,
  );
}
