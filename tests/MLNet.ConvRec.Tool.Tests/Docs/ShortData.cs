using System.Text.Json;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Tests;
using MLNet.ConvRec.Tests.Demonstrations;

namespace MLNet.ConvRec.Tool.Tests.Docs;

/// <summary>A folder as a clone of the repository, with little data under the names that README and docs use, in it and beside it.</summary>
internal sealed class ShortData : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ShortData()
    {
        Directory.CreateDirectory(Clone);
        Write("C.jsonl", "train.jsonl", "valid.jsonl", "test.jsonl");
        foreach (var dataset in (string[])["redial", "inspired"])
        {
            var dialogues = Shared("dialogues", dataset);
            Write(Path.Combine(Shared("catalogs"), $"{dataset}.jsonl"), Path.Combine(dialogues, "train.jsonl"), Path.Combine(dialogues, "valid.jsonl"), Path.Combine(dialogues, "test.jsonl"));
        }

        WriteTeacher();
        WriteWorld();
    }

    /// <summary>Where commands are given.</summary>
    public string Clone => _folder.PathOf("clone");

    public void Dispose() => _folder.Dispose();

    private string Shared(params string[] names) => Directory.CreateDirectory(Path.Combine([_folder.FullName, "shared", "data", .. names])).FullName;

    private void Write(string catalog, string train, string valid, string test)
    {
        SmallWorld.Catalog.Save(Path.Combine(Clone, catalog));
        DialogueFile.Write(Path.Combine(Clone, train), Conversations(1, 12));
        DialogueFile.Write(Path.Combine(Clone, valid), Conversations(42, 4));
        DialogueFile.Write(Path.Combine(Clone, test), Conversations(50, 4));
    }

    // The docs' example of a dialogue is 42-1, which is in valid.
    private static IEnumerable<Dialogue> Conversations(int first, int count) =>
        Enumerable.Range(first, count).SelectMany(number => SmallWorld.Conversation(number).Select((dialogue, turn) => dialogue with { Id = $"{number}-{turn + 1}" }));

    private void WriteTeacher() => File.WriteAllLines(
        Path.Combine(Shared("teacher"), "inspired-gpt-4.jsonl"),
        Conversations(50, 4).Select(dialogue => JsonSerializer.Serialize(
            new { id = dialogue.Id, model = "gpt-4", raw = SmallWorld.Catalog.Items.Skip(dialogue.Id.Length).Take(20).Select((item, at) => $"{at + 1}. {item.Title}") })));

    private void WriteWorld()
    {
        File.WriteAllLines(
            Path.Combine(Shared("catalogs"), "movielens-small.jsonl"),
            SmallWorld.WorldItems.Select((item, number) => JsonSerializer.Serialize(new { title = item.Title, year = item.Year, genres = item.Genres, movieId = number })));
        File.WriteAllLines(
            Path.Combine(Shared("ratings"), "movielens-small.csv"),
            ["userId,movieId,rating,timestamp", .. Enumerable.Range(0, 200).Select(rating => $"{rating % 20},{rating * 7 % 80},4.5,0")]);
    }
}
