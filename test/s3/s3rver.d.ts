/** The part of s3rver that the tests use; the package has no types. */
declare module "s3rver" {
  import type { IncomingMessage } from "node:http";

  type Middleware = (context: { req: IncomingMessage; status: number }, next: () => unknown) => unknown;

  export default class S3rver {
    constructor(options: {
      port: number;
      address: string;
      silent: boolean;
      directory: string;
      configureBuckets: readonly { name: string; configs: readonly string[] }[];
    });
    /** Koa's. */
    readonly middleware: Middleware[];
    run(): Promise<{ port: number }>;
    close(): Promise<void>;
  }
}
