using System.Globalization;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export.Folder;

/// <summary>What the card tells beyond policy, catalog and graphs.</summary>
/// <param name="Metrics">A table of metrics in Markdown; <see langword="null"/>: nothing was measured.</param>
/// <param name="HasRecommender">Whether <c>recommender.onnx</c> is in the folder.</param>
internal sealed record CardContent(string? Metrics, bool HasRecommender);

/// <summary>Writes <c>README.md</c>, the model card in Hugging Face's form.</summary>
internal static class ModelCard
{
    /// <summary>Returns the card's text.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="catalog">What may be recommended.</param>
    /// <param name="form">How the graphs were made.</param>
    /// <param name="content">What else it tells.</param>
    public static string Write(PolicyModel policy, ItemCatalog catalog, GraphForm form, CardContent content)
    {
        var options = policy.Prompt.Options;
        return string.Create(CultureInfo.InvariantCulture, $"""
            ---
            pipeline_tag: text-generation
            library_name: transformers.js
            tags:
            - onnx
            - conversational-recommendation
            - mlnet-convrec
            ---

            # A conversational recommender

            A dialogue goes in, and a ranked list of {options.ListLength} items comes out, all of them of `catalog.jsonl`
            ({catalog.Count:N0} items), none twice. MLNet.ConvRec {GraphMetadata.Version} trained and wrote it: a policy of
            {policy.Config.ModelType}'s architecture with {policy.WeightCount:N0} weights.

            | | |
            | --- | --- |
            | precision | {form.Precision.Name} |
            | decoding of `recommender.onnx` | {GraphMetadata.NameOf(form.Decoding)} |
            | tokens of a prompt | at most {options.MaxPromptTokens} |
            | catalog, SHA-256 | `{form.CatalogHash}` |
            | policy, SHA-256 | `{form.PolicyHash}` |

            ## Files

            {(content.HasRecommender ? RecommenderFile(catalog.Count, options.ListLength) : "")}- `{DecoderFile.Of(form.Precision)}`: one step of the language model with its cache, for transformers.js
              (`dtype: '{DecoderFile.DtypeOf(form.Precision)}'`, or none: `config.json` says it), optimum and onnxruntime-genai (`genai_config.json`).
            - `convrec.json`: how a dialogue becomes `input_ids`.

            {(content.HasRecommender ? Calls(catalog.Count) : "")}            ## Metrics

            {content.Metrics ?? "Not measured here."}
            """).ReplaceLineEndings("\n").TrimEnd() + "\n";
    }

    private static string RecommenderFile(int items, int listLength) => string.Create(CultureInfo.InvariantCulture, $"""
        - `recommender.onnx`: the whole recommender. `input_ids` and `attention_mask` [batch, seq] (padded on the left),
          `exclude` and `candidates` [batch, any number], all int64; out come `items` int64 and `item_scores` float
          [batch, {listLength}]. Items are line numbers of `catalog.jsonl`, from 0; −1 where none is left. In `exclude`
          and `candidates` {items} stands for nothing; without candidates every item may be listed.

        """);

    private static string Calls(int items) => $"""
        ## How to call it

        From C#, with Microsoft.ML.OnnxRuntime:

        ```csharp
        {CSharp(items)}
        ```

        From node, with onnxruntime-node and @huggingface/transformers, in this folder:

        ```js
        {Node}
        ```


        """;

    private static string CSharp(int items) => $$"""
        using Microsoft.ML.OnnxRuntime;

        using var session = new InferenceSession("recommender.onnx");
        long[] ids = [ /* as convrec.json says, or ChatPrompt.Encode of MLNet.ConvRec */ ];
        using var inputIds = OrtValue.CreateTensorValueFromMemory(ids, [1, ids.Length]);
        using var mask = OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(ids, _ => 1L), [1, ids.Length]);
        using var nothing = OrtValue.CreateTensorValueFromMemory(new long[] { {{items}} }, [1, 1]);
        using var results = session.Run(
            new RunOptions(), ["input_ids", "attention_mask", "exclude", "candidates"], [inputIds, mask, nothing, nothing], ["items"]);
        foreach (var item in results[0].GetTensorDataAsSpan<long>())
            Console.WriteLine(item);
        """;

    private const string Node = """
        import fs from 'node:fs';
        import * as ort from 'onnxruntime-node';
        import { AutoTokenizer, env } from '@huggingface/transformers';

        env.allowRemoteModels = false;
        env.localModelPath = '../';
        const name = process.cwd().split('/').at(-1);
        const tokenizer = await AutoTokenizer.from_pretrained(name);
        const host = JSON.parse(fs.readFileSync('convrec.json', 'utf8'));
        const items = fs.readFileSync('catalog.jsonl', 'utf8').trimEnd().split('\n').map(line => JSON.parse(line));

        // Text that spells a control token, such as <|im_end|>, is better left out before it is encoded.
        const encode = text => tokenizer.encode(text, { add_special_tokens: false });
        const write = ({ role, text }) => {
            const { start, textBefore, end } = host.tokens.messages[role];
            return [...start, ...encode(textBefore + text), ...end];
        };
        const turns = [{ role: 'user', text: 'I loved Arrival (2016), what next?\n' + host.ask }];
        const ids = [...host.tokens.opening, ...turns.flatMap(write), ...host.tokens.answerStart];

        const row = numbers => new ort.Tensor('int64', BigInt64Array.from(numbers.map(BigInt)), [1, numbers.length]);
        const session = await ort.InferenceSession.create('recommender.onnx');
        const { items: list } = await session.run({
            input_ids: row(ids),
            attention_mask: row(ids.map(() => 1)),
            exclude: row([host.itemCount]),
            candidates: row([host.itemCount]),
        });
        for (const item of list.data)
            console.log(items[Number(item)].title);
        """;
}
