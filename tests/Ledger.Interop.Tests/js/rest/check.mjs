// Checks the OpenAPI document of a node with a validator of OpenAPI 3.1, and the node's answers with a validator of JSON
// Schema 2020-12. Usage: check.mjs URL TOKEN TRANSACTION_ID. Prints one line of JSON for each case.
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const [url, token, transaction] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}` };
const get = (path, accept = 'application/json') => fetch(url + path, { headers: { ...headers, accept } });
const document = await (await get('/v1/openapi.json')).json();

// Words of OpenAPI that are not JSON Schema's are left out of account; everything else is strict.
const ajv = addFormats(new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }));
ajv.addSchema({ $id: 'ledger', components: document.components });
ajv.addVocabulary(['responses', 'securitySchemes', 'schemas', 'components']);
const rooted = (schema) => JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"ledger#/components/'));
const faults = (schema, value) => {
  const check = ajv.compile(rooted(schema));
  return check(value) ? [] : check.errors.map((e) => `${e.instancePath} ${e.message}`);
};
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })));
const schemaOf = (operation, status) => operation.responses[status]?.content?.['application/json']?.schema;

// What is put into paths; whatever is not here is an example of the document.
const known = {
  transactionId: transaction, evidenceId: transaction, logIndex: '0', height: '1', name: 'nothing',
  space: 'timelines', key: 'order-dotnet',
};
const fill = (path) => path.replace(/\{(\w+)\}/g, (_, name) => known[name]);
// These refuse on a node that votes and has no contracts; the refusal is checked instead.
const question = { queryEvidence: '?subject=order-dotnet', getBlock: '?transactions=true' };

const cases = {
  async document() {
    const result = await new Validator().validate(structuredClone(document));
    return { valid: result.valid, errors: result.errors ?? [], version: document.openapi };
  },
  async examples() {
    const wrong = operations.flatMap((operation) => Object.entries(operation.responses).flatMap(([status, response]) => {
      const json = response.content?.['application/json'];
      return json?.example ? faults(json.schema, json.example).map((f) => `${operation.operationId} ${status} ${f}`) : [];
    }));
    const without = operations.filter((o) => schemaOf(o, '200') && o.operationId !== 'getOpenApi'
      && !o.responses['200'].content['application/json'].example).map((o) => o.operationId);
    return { wrong, without };
  },
  async answers() {
    const wrong = [];
    let checked = 0;
    for (const operation of operations.filter((o) => o.method === 'get' && schemaOf(o, '200'))) {
      const path = fill(operation.path) + (question[operation.operationId] ?? '');
      const answer = await get(path);
      const body = await answer.json();
      const schema = answer.ok ? schemaOf(operation, '200') : { $ref: '#/components/schemas/Problem' };
      wrong.push(...faults(schema, body).map((f) => `${path} ${answer.status} ${f}`));
      if (!answer.ok && answer.headers.get('content-type') !== 'application/problem+json') wrong.push(`${path} is no problem`);
      checked++;
    }
    return { wrong, all: checked === operations.filter((o) => o.method === 'get' && schemaOf(o, '200')).length };
  },
  async undocumented() {
    const answer = await get('/v1/status?verbose=1');
    const body = await answer.json();
    return { status: answer.status, reason: body.reason, faults: faults({ $ref: '#/components/schemas/Problem' }, body) };
  },
  async stranger() {
    const answer = await fetch(`${url}/v1/status`);
    const body = await answer.json();
    return { status: answer.status, reason: body.reason, faults: faults({ $ref: '#/components/schemas/Problem' }, body) };
  },
};

for (const [name, run] of Object.entries(cases)) {
  const result = await run().catch((e) => ({ error: String(e?.stack ?? e) }));
  console.log(JSON.stringify({ name, result }));
}
