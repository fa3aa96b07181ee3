/** Where the build put the verification worker. */
declare const WORKER_URL: string;

/** docs/spec/evidence.md, read by the build. */
declare module "catalogue:data" {
  interface Named {
    readonly code: string;
    readonly zh: string;
    readonly en: string;
  }
  const data: {
    readonly stages: readonly { readonly code: string; readonly zh: string }[];
    readonly types: readonly (Named & { readonly lane: "before" | "during" | "after" })[];
    readonly roles: readonly Named[];
  };
  export default data;
}
