using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Training.Tests;

/// <summary>Dialogues of the toy shop with demonstrations, and a policy small enough to be trained in a test.</summary>
internal static class ToyRows
{
    public const int ListLength = 5;

    public static Backbone Backbone { get; } =
        Backbone.FromScratch((vocabulary, endOfTurn) => TinyPolicy.World(vocabulary, endOfTurn) with { HiddenSize = 32, IntermediateSize = 48 }, 300)
            with
        { Prompt = new PromptOptions { ListLength = ListLength } };

    // Who names film f is shown f + 1, f + 2, ... and chooses f + 3: imitation can learn the list, reinforcement that the third line should be first.
    public static IEnumerable<DemonstratedRow> Make(int count, Func<int, float>? scores = null)
    {
        var films = ToyShop.Catalog;
        for (var i = 0; i < count; i++)
        {
            var film = i % films.Count;
            var liked = films.Items[film].Reference;
            var dialogue = DialogueRow.From(new Dialogue
            {
                Id = $"toy-{i}-1",
                Turns = [new Turn(Role.User, $"I liked {ListLine.Format(liked.Title, liked.Year)}, more please")],
                Seen = [liked],
                GroundTruth = [films.Items[(film + 3) % films.Count].Reference],
            });
            string[] lines = i % 2 == 0 ? [.. Enumerable.Range(1, ListLength).Select(k => Line((film + k) % films.Count))] : [];
            yield return new DemonstratedRow(dialogue, lines, [.. lines.Select((_, rank) => scores?.Invoke(rank) ?? 2f - rank)]);
        }

        static string Line(int index) => ListLine.Format(ToyShop.Catalog.Items[index].Title, ToyShop.Catalog.Items[index].Year);
    }
}

/// <summary>A row as <c>BuildDemonstrations</c> leaves it.</summary>
internal sealed class DemonstratedRow(DialogueRow row, string[] lines, float[] scores)
{
    public string Id => row.Id;

    public string[] Roles => row.Roles;

    public string[] Texts => row.Texts;

    public bool SeenKnown => row.SeenKnown;

    public string[] SeenTitles => row.SeenTitles;

    public int[] SeenYears => row.SeenYears;

    public string[] CandidateTitles => row.CandidateTitles;

    public int[] CandidateYears => row.CandidateYears;

    public string[] GroundTruthTitles => row.GroundTruthTitles;

    public int[] GroundTruthYears => row.GroundTruthYears;

    public string[] Demonstration => lines;

    public float[] DemonstrationScores => scores;

    public Dialogue ToDialogue() => row.ToDialogue();
}

internal sealed class ToldProgress(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => tell(value);
}
