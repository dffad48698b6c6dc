import process from "node:process";
import { config } from "zod/v4/core";

// To be imported before any schema is made. zod would compile each of them when it is first used, which pays after
// thousands of messages, as an HTTP server sees them, and otherwise only makes the start of a process wait.
if (!process.argv.includes("http")) config({ jitless: true });
