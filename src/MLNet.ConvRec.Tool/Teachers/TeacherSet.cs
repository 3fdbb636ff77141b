using Microsoft.Extensions.AI;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Demonstrations.Chat;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool.Teachers;

/// <summary>The teacher, the judge and the embedding model that a command asks, and the connections behind them.</summary>
internal sealed class TeacherSet : IDisposable
{
    private static readonly ChatPrompts Prompts = new();

    private readonly Dictionary<string, GuardedChatClient> _clients = new(StringComparer.Ordinal);

    private TeacherSet()
    {
    }

    /// <summary>Who writes lists.</summary>
    public required ITeacher Teacher { get; init; }

    /// <summary>Who grades candidates, or <see langword="null"/> for nobody.</summary>
    public IJudge? Judge { get; private init; }

    /// <summary>Who embeds texts, or <see langword="null"/> for character n-grams.</summary>
    public IEmbeddingGenerator<string, Embedding<float>>? Embeddings { get; private init; }

    /// <summary>What was asked of language models so far, a sentence per model, and what a judge's answers were worth.</summary>
    public IEnumerable<string> Usage
    {
        get
        {
            foreach (var (model, client) in _clients.OrderBy(client => client.Key, StringComparer.Ordinal))
                yield return $"{model}, prompts {Prompts.Version}: {client.Usage.Describe()}";
            if (Judge is ChatJudge judge && judge.GradedCount + judge.UngradedCount > 0)
            {
                yield return $"Judge: {judge.GradedCount:N0} candidates graded, {judge.UngradedCount:N0} without a grade that could be read; "
                    + "those count as 0.";
            }
        }
    }

    /// <summary>Loads or fits what the options ask for.</summary>
    /// <param name="options">Which ones, and their files.</param>
    /// <param name="train">What the teacher <c>together</c> counts.</param>
    /// <param name="catalog">The items.</param>
    /// <param name="listLength">The length of a list that a teacher makes.</param>
    /// <param name="seed">The seed of the simulated ones.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A line can't be read; the sentence names file and line.</exception>
    public static TeacherSet Load(TeacherOptions options, IReadOnlyList<Dialogue> train, ItemCatalog catalog, int listLength, int seed)
    {
        var clients = new Dictionary<string, GuardedChatClient>(StringComparer.Ordinal);
        var world = new Lazy<WorldTeacher>(() =>
            WorldTeacher.Load(options.WorldItems!, options.WorldRatings, new WorldTeacherOptions { ListLength = listLength, Seed = seed }));
        var first = Teacher(options.AskedTeacher);
        var set = new TeacherSet
        {
            Teacher = options.Otherwise is { } otherwise ? new FallbackTeacher(first, Teacher(otherwise)) : first,
            Judge = options.Judge switch
            {
                TeacherChoice.World => world.Value,
                TeacherChoice.Chat { Model: var model } => new ChatJudge(Client(model), new ChatJudgeOptions { ModelId = model, Seed = seed, Orders = options.JudgeOrders, Prompts = Prompts }),
                _ => null,
            },
            Embeddings = options.Embeddings is { } embeddings ? options.Chat.OpenEmbeddings(embeddings) : null,
        };
        foreach (var (model, client) in clients)
            set._clients.Add(model, client);
        return set;

        ITeacher Teacher(TeacherChoice choice) => choice switch
        {
            TeacherChoice.Recorded { File: var file } => RecordedTeacher.Load(file),
            TeacherChoice.World => world.Value,
            TeacherChoice.Chat { Model: var model } => new ChatTeacher(Client(model), new ChatTeacherOptions { ModelId = model, ListLength = listLength, Prompts = Prompts }),
            _ => TogetherTeacher.Fit(train, catalog, listLength),
        };

        // One connection, budget and journal for the teacher and the judge of one model.
        GuardedChatClient Client(string model)
        {
            if (!clients.TryGetValue(model, out var client))
                clients.Add(model, client = options.Chat.OpenChat(model));
            return client;
        }
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
        Embeddings?.Dispose();
    }
}
