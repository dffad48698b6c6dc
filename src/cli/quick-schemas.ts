import { config } from "zod/v4/core";

// To be imported before any schema is made. zod would compile each of them when it is first used, which pays after
// thousands of messages and makes the start of a process wait.
config({ jitless: true });
