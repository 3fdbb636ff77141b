// What onnxruntime-node makes of a recommender.onnx: node recommend.mjs PACKAGES MODEL INPUT OUTPUT
// INPUT: [{"prompt","exclude","candidates"}]. OUTPUT: [{"items","scores"}]. Says the seconds that
// the lists took, the loading of the model left out.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const [packages, model, input, output] = process.argv.slice(2);
const ort = createRequire(`${packages}/`)('onnxruntime-node');
const session = await ort.InferenceSession.create(model);
const row = numbers => new ort.Tensor('int64', BigInt64Array.from(numbers.map(BigInt)), [1, numbers.length]);
const lists = [];
const start = performance.now();
for (const { prompt, exclude, candidates } of JSON.parse(fs.readFileSync(input, 'utf8'))) {
    const { items, item_scores } = await session.run({
        input_ids: row(prompt),
        attention_mask: row(prompt.map(() => 1)),
        exclude: row(exclude),
        candidates: row(candidates),
    });
    lists.push({ items: Array.from(items.data, Number), scores: Array.from(item_scores.data) });
}
console.log((performance.now() - start) / 1000);
fs.writeFileSync(output, JSON.stringify(lists));
