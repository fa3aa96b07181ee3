import { render } from "preact";
import { App } from "./app";
import { takeTokenFromAddress } from "./identity/session";
import "./verify/client";

takeTokenFromAddress();
// A link that is opened in a tab where the console is already changes nothing but the fragment.
addEventListener("hashchange", takeTokenFromAddress);
const root = document.getElementById("app")!;
root.textContent = "";
render(<App />, root);
