import { useEffect, useState } from "preact/hooks";
import { Card, Note, Page } from "../components/basics";
import { Drop } from "../components/drop";
import { signIn } from "../identity/session";
import { t } from "../i18n";
import { href } from "../router";
import { inWorker } from "../verify/client";
import { trustedGenesis, type TrustedGenesis } from "../verify/trust";

type State =
  | { readonly kind: "waiting" } | { readonly kind: "opening" }
  | { readonly kind: "refused"; readonly text: string } | { readonly kind: "done"; readonly member: string };

export function SignIn() {
  const [root, setRoot] = useState<TrustedGenesis | null>(null);
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const [state, setState] = useState<State>({ kind: "waiting" });
  useEffect(() => {
    void trustedGenesis().then(setRoot);
  }, []);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (file === null || root === null) return;
    setState({ kind: "opening" });
    setState(await open(file, passphrase, root));
    setPassphrase("");
  };
  return (
    <Page title={t("signIn.title")} lead={t("signIn.intro")}>
      <Card title={t("signIn.file")}>
        {root === null && (
          <Note tone="warn">{t("signIn.needsGenesis")} <a href={href("verify")}>{t("nav.verify")}</a></Note>
        )}
        <form class="card" onSubmit={submit}>
          <Drop id="identity" text={t("signIn.dropFile")} file={file} onFile={setFile} onRemove={() => setFile(null)} />
          <label>{t("signIn.passphrase")}
            <input type="password" value={passphrase} autocomplete="off"
              onInput={(event) => setPassphrase(event.currentTarget.value)} />
          </label>
          <div><button type="submit" class="primary" disabled={file === null || root === null || state.kind === "opening"}>
            {t("signIn.submit")}
          </button></div>
        </form>
        <div role="status">
          {state.kind === "opening" && <p>{t("signIn.opening")}</p>}
          {state.kind === "refused" && <Note tone="bad">{state.text}</Note>}
          {state.kind === "done" && <Note tone="good">{t("signIn.done", { member: state.member })}</Note>}
        </div>
        <p class="empty">{t("signIn.link")}</p>
      </Card>
    </Page>
  );
}

async function open(file: File, passphrase: string, root: TrustedGenesis): Promise<State> {
  const { fault, secret, keyId } = await inWorker({ kind: "open-key", file, passphrase });
  if (secret === null) {
    const text = fault === "WrongPassphrase" || fault === "PassphraseRequired"
      ? t("signIn.wrongPassphrase")
      : t("signIn.notAnIdentity", { fault: fault ?? "" });
    return { kind: "refused", text };
  }
  const member = root.facts.members.find((known) => known.keyIds.includes(keyId));
  if (member === undefined) return { kind: "refused", text: t("signIn.noMember") };
  signIn({ member: member.id, keyId, channel: root.facts.channel, secret });
  return { kind: "done", member: member.id };
}
