// The subset of JSON Schema in which contracts describe their functions.

const FORMATS = {
  money: /^(0|[1-9][0-9]{0,37})$/, currency: /^[A-Z][A-Z0-9]{2,11}$/, hash: /^[0-9a-f]{64}$/,
  "evidence-id": /^[0-9a-f]{64}(\.[1-9][0-9]*)?$/, decimal: /^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$/,
};

const typeOf = (value) => (value === null ? "null" : Array.isArray(value) ? "array"
  : typeof value === "number" ? (Number.isSafeInteger(value) ? "integer" : "number") : typeof value);

/** Calls `refuse` with the first place at which a value is not as the schema says. */
export function checkSchema(schema, value, at, refuse) {
  const types = [schema.type ?? typeOf(value)].flat();
  if (!types.includes(typeOf(value))) refuse(`${at} is ${typeOf(value)}, not ${types.join(" or ")}`);
  if (schema.enum && !schema.enum.includes(value)) refuse(`${at} is none of ${schema.enum.join(", ")}`);
  if (typeof value === "string") {
    if (value.length < (schema.minLength ?? 0) || value.length > (schema.maxLength ?? Infinity)) refuse(`${at}: length`);
    if (schema.format && !FORMATS[schema.format].test(value)) refuse(`${at} '${value}' is no ${schema.format}`);
  } else if (typeof value === "number") {
    if (value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity)) refuse(`${at}: range`);
  } else if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0) || value.length > (schema.maxItems ?? Infinity)) refuse(`${at}: items`);
    if (schema.items) value.forEach((item, i) => checkSchema(schema.items, item, `${at}[${i}]`, refuse));
  } else if (value !== null && typeof value === "object") {
    for (const name of schema.required ?? []) if (value[name] === undefined) refuse(`${at} lacks ${name}`);
    for (const [name, item] of Object.entries(value)) {
      const inner = schema.properties?.[name];
      if (inner) checkSchema(inner, item, `${at}.${name}`, refuse);
      else if (schema.additionalProperties === false) refuse(`${at}.${name} is unknown`);
    }
  }
}
