export {};

declare global {
  namespace Cloudflare {
    interface Env {
      /** The sandbox's desk, for the tests of the sandbox. */
      readonly DESK: DurableObjectNamespace;
    }
  }
}
