using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training;
using MLNet.ConvRec.Training.Sft;
using QuickStart.World;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Benchmarks;

/// <summary>What bfloat16 products cost in what is learned: imitation on QuickStart's world by its recipe, in float32 and mixed with the same seeds; cross-entropy on held-out demonstrations.</summary>
internal static class PrecisionLossBenchmark
{
    private const int Steps = 400, ValidationExamples = 200, ChunkSize = 20;

    public static BenchmarkResult Run(TextWriter output)
    {
        TorchRuntime.EnsureLoaded();
        var (full, mixed) = (new List<double>(), new List<double>());
        for (var seed = 1; seed <= 3; seed++)
        {
            var data = new Data(seed);
            full.Add(data.ValidationLoss(Precision.Full));
            mixed.Add(data.ValidationLoss(Precision.Mixed));
            output.WriteLine($"  seed {seed}: validation loss {full[^1]:N4} in float32, {mixed[^1]:N4} mixed");
        }

        var result = new BenchmarkResult { Name = "precision-loss", Ours = mixed.Average(), Peer = full.Average(), Unit = "nats a token of held-out demonstrations (ours: mixed, peer: float32)" };
        for (var i = 0; i < full.Count; i++)
            (result.More[$"float32Seed{i + 1}"], result.More[$"mixedSeed{i + 1}"]) = (full[i], mixed[i]);
        return result;
    }

    private sealed class Data
    {
        private readonly MLContext _ml;
        private readonly ItemCatalog _catalog = EmbeddedFilms.Shop();
        private readonly IDataView _train, _valid;

        public Data(int seed)
        {
            _ml = new MLContext(seed);
            Seed = seed;
            var world = SeekerWorld.Create(_catalog, seed);
            var teacher = new WorldTeacher(_catalog.Items.Concat(EmbeddedFilms.Outside()), new WorldTeacherOptions { Seed = seed });
            var options = TrainingRecipe.World.Demonstrations with { Seed = seed };
            var builder = _ml.Transforms.ConvRec.BuildDemonstrations(_catalog, teacher, options).Fit(_ml.Data.LoadDialogues(world.Train));
            _train = _ml.Data.Cache(builder.Transform(_ml.Data.LoadDialogues(ItemSubstitution.Extend(world.Train, _catalog, options))));
            _valid = builder.Transform(_ml.Data.LoadDialogues(world.Valid));
        }

        private int Seed { get; }

        public double ValidationLoss(Precision precision)
        {
            var recipe = TrainingRecipe.World;
            var trained = new MLContext(Seed).Transforms.ConvRec
                .Sft(_catalog, recipe.Backbone, recipe.Sft with { MaxSteps = Steps, Precision = precision }).Fit(_train).Policy;
            using var network = new Transformer(trained.Weights, CPU); // both are judged in float32
            SftExample[] examples = [.. _valid.ReadDialogues().Zip(_valid.GetColumn<string[]>(ConvRecColumns.Demonstration)).Where(row => row.Second.Length > 0)
                .Take(ValidationExamples).Select(row => new SftExample(trained.Prompt.Encode(row.First), Tokens(trained.Prompt, row.Second)))];
            var (loss, tokens) = (0.0, 0);
            foreach (var chunk in examples.Chunk(ChunkSize))
            {
                using var scope = NewDisposeScope();
                var count = chunk.Sum(example => example.List.Length);
                loss += count * SftLoop.Accumulate(network, chunk, dropout: null, SftOptions.DefaultMicroBatchTokens);
                tokens += count;
            }

            return loss / tokens;
        }

        private static int[] Tokens(ChatPrompt prompt, string[] lines) =>
            [.. lines.SelectMany(line => prompt.Tokenizer.Encode(line).Append(prompt.NewLineToken)), prompt.Tokenizer.EndOfTurn];
    }
}
