// Runs the models of export.cs on ONNX Runtime and compares its labels with those of Predict: node check.mjs FOLDER
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';

const folder = process.argv[2];
if (!folder) throw new Error('Say which folder export.cs has written to.');

const names = (await readdir(folder)).filter(file => file.endsWith('.onnx')).map(file => file.slice(0, -5)).sort();
let failed = names.length === 0;
for (const name of names) {
  const facts = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8'));
  const bytes = await readFile(join(folder, `${name}.bin`));
  const Values = facts.type === 'float32' ? Float32Array : Float64Array;
  const points = new Values(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));

  const session = await ort.InferenceSession.create(join(folder, `${name}.onnx`));
  const { labels } = await session.run({ points: new ort.Tensor(facts.type, points, [facts.n, facts.d]) });

  const nearTies = new Set(facts.nearTies);
  const different = facts.labels.map((label, i) => (Number(labels.data[i]) === label ? -1 : i)).filter(i => i >= 0);
  const wrong = different.filter(i => !nearTies.has(i));
  const right = labels.type === 'int64' && labels.dims.length === 1 && labels.dims[0] === facts.n && wrong.length === 0;
  failed ||= !right;
  console.log(`${name}: ${facts.n} points, ${different.length} labels differ, ${wrong.length} of them not near a tie: ${right ? 'right' : 'WRONG'}`);
}
console.log(`onnxruntime-node: ${failed ? 'FAILED' : `all ${names.length} models right`}`);
process.exit(failed ? 1 : 0);
