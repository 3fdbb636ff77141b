using System.IO.Compression;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Evaluation;
using QuickStart;

namespace ReproducePaper.Paper;

/// <summary>Finished runs with values by dialogue, of one setting, on the dialogues that are reported on.</summary>
internal sealed class KeptRuns
{
    // A share of true items, written by JSON and read again, times their number.
    private const double Whole = 1e-9;

    private readonly ILookup<string, RunRecord> _byName;

    private KeptRuns(IEnumerable<RunRecord> runs, string? setting) => (_byName, Setting) = (runs.ToLookup(run => run.Name, StringComparer.Ordinal), setting);

    /// <summary>No runs.</summary>
    public static KeptRuns None { get; } = new([], null);

    /// <summary>What all share; <see langword="null"/> where there is no run.</summary>
    public string? Setting { get; }

    /// <summary>The runs of a method, by seed; empty where it was not run.</summary>
    public IReadOnlyList<RunRecord> Of(string method) => [.. _byName[method].OrderBy(run => run.Seed)];

    /// <summary>Reads a zip, or a folder with the runs or with a folder <c>runs</c>.</summary>
    /// <param name="path">The zip or folder.</param>
    /// <param name="data">The data.</param>
    /// <param name="recipe">How the data is divided.</param>
    /// <param name="reported">The dialogues that are reported on.</param>
    /// <exception cref="FileNotFoundException">There is neither.</exception>
    /// <exception cref="InvalidDataException">A run is of other dialogues, or runs are of different settings; the sentence names one.</exception>
    public static KeptRuns Read(string path, QuickStartData data, Recipe recipe, IReadOnlyList<Dialogue> reported)
    {
        (string Path, RunRecord Run)[] runs = [.. Texts(path).Select(text => (text.Path, RunRecord.Parse(text.Json, text.Path))).Where(run => run.Item2.Values is not null)];
        foreach (var (file, run) in runs)
            Check(file, run, data, recipe, reported);
        var reinforced = runs.FirstOrDefault(run => !Ablation.IsImitation(run.Run.Name));
        foreach (var (file, run) in runs)
        {
            var isShared = reinforced.Run is not { } first || (Ablation.IsImitation(run.Name) ? first.Setting.StartsWith($"{run.Setting}, ", StringComparison.Ordinal) : first.Setting == run.Setting);
            if (!isShared)
                throw new InvalidDataException($"{file} was made with {run.Setting}, and {reinforced.Path} with {reinforced.Run.Setting}; make a table of runs of one setting.");
        }

        var setting = reinforced.Run?.Setting ?? runs.Select(run => run.Run.Setting).FirstOrDefault();
        if (reinforced.Run is null && runs.FirstOrDefault(run => run.Run.Setting != setting) is { Run: { } other } odd)
            throw new InvalidDataException($"{odd.Path} was made with {other.Setting}, and {runs[0].Path} with {setting}; make a table of runs of one setting.");
        return new KeptRuns(runs.Select(run => run.Run), setting);
    }

    private static IEnumerable<(string Path, string Json)> Texts(string path)
    {
        if (File.Exists(path))
        {
            using var zip = ZipFile.OpenRead(path);
            foreach (var entry in zip.Entries.Where(entry => entry.Name.EndsWith(".json", StringComparison.Ordinal)).OrderBy(entry => entry.FullName, StringComparer.Ordinal))
            {
                using var text = new StreamReader(entry.Open());
                yield return ($"{path}/{entry.FullName}", text.ReadToEnd());
            }

            yield break;
        }

        string[] folders = [Path.Combine(path, "runs"), path];
        var folder = folders.FirstOrDefault(Directory.Exists)
            ?? throw new FileNotFoundException($"There is no {path}; --runs must name a zip or a folder of kept runs, or --output a folder that has some.", path);
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
            yield return (file, File.ReadAllText(file));
    }

    // Runs carry no ids of dialogues. But a dialogue's recall is a number of hits over its number of true items, which other dialogues, or the same in
    // another order, would soon contradict.
    private static void Check(string file, RunRecord run, QuickStartData data, Recipe recipe, IReadOnlyList<Dialogue> reported)
    {
        var expected = RunSetting.Data(data.Name, recipe);
        if (!run.Setting.StartsWith($"{expected}, ", StringComparison.Ordinal) || RunSetting.IsJudged(run.Setting) != recipe.IsJudged)
            throw new InvalidDataException($"{file} was made with {run.Setting}, and this table is asked for {expected}{(recipe.IsJudged ? " and a judge" : "")}; give the --dataset, --held-out and --judge that it was made with.");
        foreach (var metric in Comparison.Metrics)
        {
            if (!run.Values!.TryGetValue(metric, out var values) || values.Length != reported.Count)
                throw new InvalidDataException($"{file} has {metric} of {values?.Length ?? 0:N0} dialogues, and {data.Name} is reported on {reported.Count:N0}: it is of another split; give the data that it was made of.");
        }

        var recall = run.Values![MetricNames.Recall(20)];
        for (var dialogue = 0; dialogue < reported.Count; dialogue++)
        {
            var hits = recall[dialogue] * reported[dialogue].GroundTruth.Count;
            if (double.IsFinite(hits) && Math.Abs(hits - Math.Round(hits)) > Whole)
                throw new InvalidDataException(FormattableString.Invariant($"{file} has recall@20 {recall[dialogue]:0.####} of dialogue {reported[dialogue].Id}, which has {reported[dialogue].GroundTruth.Count} true items: it is of another split; give the data that it was made of."));
        }
    }
}
