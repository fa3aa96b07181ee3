/** The evidence types, as people of both languages call them. */
import data from "catalogue:data";
import { language } from "./i18n";

export type Lane = "before" | "during" | "after";

export const LANES: readonly Lane[] = ["before", "during", "after"];
export const TYPES = data.types;

const types = new Map(data.types.map((type) => [type.code, type]));
const roles = new Map(data.roles.map((role) => [role.code, role]));

/** What people call a type; its code when it is not in the catalogue that this console was built with. */
export function typeName(code: string): string {
  return types.get(code)?.[language()] ?? code;
}

export function roleName(code: string): string {
  return roles.get(code)?.[language()] ?? code;
}

/** When in a business a type's evidence arises. What is unknown arises during it. */
export function laneOf(code: string): Lane {
  return types.get(code)?.lane ?? "during";
}
