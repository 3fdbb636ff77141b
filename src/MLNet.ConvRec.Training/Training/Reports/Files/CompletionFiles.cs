using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;

namespace MLNet.ConvRec.Training.Reports.Files;

/// <summary><c>completions/STAGE/step-N.jsonl</c>: some of a step's lists with what they earned, a line each.</summary>
/// <param name="folder">The folder <c>completions</c>.</param>
internal sealed class CompletionFiles(string folder)
{
    private const string Prefix = "step-";
    private const string Extension = ".jsonl";

    // Readable in an editor: titles keep their accents, and quotes are quotes.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Writes a step's lists, where it shows some.</summary>
    public void Write(TrainingProgress progress)
    {
        if (progress.Completions.Count == 0)
            return;
        AtomicFile.WriteText(PathOf(progress.Stage, progress.Step), lines =>
        {
            foreach (var completion in progress.Completions)
                lines.WriteLine(JsonSerializer.Serialize(completion, Json));
        });
    }

    /// <summary>Returns the steps of a stage that have lists, in their order.</summary>
    public int[] Steps(string stage) => Directory.Exists(FolderOf(stage))
        ? [.. Directory.EnumerateFiles(FolderOf(stage), $"{Prefix}*{Extension}").Select(StepOf).Where(step => step > 0).Order()]
        : [];

    /// <summary>Reads a step's lists.</summary>
    /// <exception cref="InvalidDataException">A line can't be read; the sentence names it.</exception>
    public IReadOnlyList<SampledCompletion> Read(string stage, int step)
    {
        var path = PathOf(stage, step);
        return [.. File.ReadLines(path).Select((line, place) => Parse(path, place + 1, line))];
    }

    /// <summary>Deletes a stage's files from a step on, which a resumed run makes again.</summary>
    public void Drop(string stage, int step)
    {
        foreach (var dropped in Steps(stage).Where(each => each >= step))
            File.Delete(PathOf(stage, dropped));
    }

    /// <summary>Deletes all stages' files.</summary>
    public void Delete()
    {
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, $"{Prefix}*{Extension}", SearchOption.AllDirectories) : [])
            File.Delete(file);
    }

    private static SampledCompletion Parse(string path, int number, string line)
    {
        try
        {
            return JsonSerializer.Deserialize<SampledCompletion>(line, Json) ?? throw new JsonException("null is no list.");
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path}, line {number}: {problem.Message} Delete the file to go on without it.");
        }
    }

    private string FolderOf(string stage) => Path.Combine(folder, stage);

    private string PathOf(string stage, int step) => Path.Combine(FolderOf(stage), string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step}{Extension}"));

    private static int StepOf(string path) =>
        int.TryParse(Path.GetFileNameWithoutExtension(path)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : 0;
}
