import { render } from "preact";
import { App } from "./app";
import { takeTokenFromAddress } from "./identity/session";
import "./verify/client";

takeTokenFromAddress();
const root = document.getElementById("app")!;
root.textContent = "";
render(<App />, root);
