// Usage: node validate.mjs <schema.json> <document.json|yaml>. Prints each violation with its place; 1 if there is any.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import Ajv2019 from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const [schemaFile, documentFile] = process.argv.slice(2);
const schema = JSON.parse(readFileSync(schemaFile, 'utf8'));
const draft2019 = schema.$schema?.includes('2019-09');
// The published schemas carry editor keywords that the standard does not know.
// Parts for hosts that we do not use (AI agents) lie in other files of theirs, and the tests work offline: those stay open.
const loadSchema = async () => ({});
const ajv = new (draft2019 ? Ajv2019 : Ajv)({ strict: false, allErrors: true, loadSchema });
addFormats(ajv);
const validate = await ajv.compileAsync(schema);
const valid = validate(parse(readFileSync(documentFile, 'utf8')));
for (const error of valid ? [] : validate.errors) {
  console.log(`${documentFile}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`);
}
process.exitCode = valid ? 0 : 1;
