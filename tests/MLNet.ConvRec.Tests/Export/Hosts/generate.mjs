// What transformers.js makes of an exported folder: node generate.mjs PACKAGES EXPORT INPUT OUTPUT
// INPUT: {"prompts":[[ids]],"count","dtype": as transformers.js takes it, or null: not given}. OUTPUT: {"logits":[after the first prompt],
// "tokens":[[greedy, of each prompt alone]],"together":[[of all prompts in one batch, padded on the left]]}.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [packages, folder, input, output] = process.argv.slice(2);
const { AutoModelForCausalLM, Tensor, env } = createRequire(`${packages}/`)('@huggingface/transformers');
env.allowRemoteModels = false;
env.localModelPath = path.dirname(folder) + path.sep;

const { prompts, count, dtype } = JSON.parse(fs.readFileSync(input, 'utf8'));
const model = await AutoModelForCausalLM.from_pretrained(path.basename(folder), dtype ? { dtype } : {});
const rows = all => new Tensor('int64', BigInt64Array.from(all.flat().map(BigInt)), [all.length, all[0].length]);
const inputs = batch => {
    const longest = Math.max(...batch.map(prompt => prompt.length));
    const padded = (prompt, value) => [...new Array(longest - prompt.length).fill(0), ...prompt.map(value)];
    return { input_ids: rows(batch.map(p => padded(p, id => id))), attention_mask: rows(batch.map(p => padded(p, () => 1))) };
};
const greedy = async batch => {
    const given = inputs(batch);
    const written = await model.generate({ ...given, max_new_tokens: count, do_sample: false });
    return written.tolist().map(row => row.slice(given.input_ids.dims[1]).map(Number));
};

const { logits } = await model(inputs(prompts.slice(0, 1)));
const tokens = [];
for (const prompt of prompts)
    tokens.push(...await greedy([prompt]));
fs.writeFileSync(output, JSON.stringify({ logits: logits.tolist()[0].at(-1), tokens, together: await greedy(prompts) }));
