using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using MLNet.ConvRec.Demonstrations.Chat;
using OpenAI;

namespace MLNet.ConvRec.Tool.Teachers;

/// <summary>How language models are reached, what they may cost, and where their answers are kept.</summary>
internal sealed record ChatConnection
{
    /// <summary>The environment variable that holds the key; a key has no place on a command line.</summary>
    public const string KeyVariable = "OPENAI_API_KEY";

    // A server on the same machine asks for no key, but the client for one.
    private const string NoKey = "none";

    /// <summary>The address of an OpenAI-compatible service; <see langword="null"/> for OpenAI's own.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The folder where each model's answers are kept, so that none is paid for twice; <see langword="null"/> for nowhere.</summary>
    public string? Journal { get; init; }

    /// <summary>Guards around each model's client; the journal's path is made for each.</summary>
    public ChatGuardOptions Guard { get; init; } = new();

    /// <summary>Throws unless the options agree with each other.</summary>
    /// <param name="isAsked">Whether a language model is asked at all.</param>
    /// <exception cref="ArgumentException">They don't.</exception>
    public void Validate(bool isAsked)
    {
        if (!isAsked && (Endpoint is not null || Journal is not null))
            throw new ArgumentException("--chat-endpoint and --chat-journal are for language models; ask one by --teacher chat:NAME or --judge chat:NAME.");
        Guard.Validate();
    }

    /// <summary>Opens a guarded client of a model.</summary>
    public GuardedChatClient OpenChat(string model) =>
        GuardedChatClient.Create(Client(retries: 0).GetChatClient(model).AsIChatClient(), Guard with { JournalPath = Journal is null ? null : JournalOf(model) });

    /// <summary>Opens a model that embeds texts; its client retries by itself.</summary>
    public IEmbeddingGenerator<string, Embedding<float>> OpenEmbeddings(string model) => Client(retries: 3).GetEmbeddingClient(model).AsIEmbeddingGenerator();

    // Names of models hold slashes and colons.
    private string JournalOf(string model)
    {
        Directory.CreateDirectory(Journal!);
        return Path.Combine(Journal!, $"{string.Concat(model.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' ? letter : '_'))}.jsonl");
    }

    // Answers' retries are the guard's, which counts them.
    private OpenAIClient Client(int retries)
    {
        var key = Environment.GetEnvironmentVariable(KeyVariable);
        if (string.IsNullOrEmpty(key) && Endpoint is null)
            throw new ArgumentException($"A language model at OpenAI needs a key in the environment variable {KeyVariable}; or name another service by --chat-endpoint URL.");
        var options = new OpenAIClientOptions { RetryPolicy = new ClientRetryPolicy(retries) };
        if (Endpoint is not null)
            options.Endpoint = Endpoint;
        return new OpenAIClient(new ApiKeyCredential(string.IsNullOrEmpty(key) ? NoKey : key), options);
    }
}
