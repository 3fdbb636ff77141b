using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MLNet.ConvRec.Tests.Demonstrations.Chat;

/// <summary>
/// A server on loopback that speaks as OpenAI's does: <c>/v1/chat/completions</c> by a script, <c>/v1/embeddings</c> by a fixed function.
/// </summary>
/// <remarks>Depends on ASP.NET alone, so that other test projects can link the file.</remarks>
internal sealed class ChatServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, int> _asked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _answered = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ChatQuestion> _questions = new();
    private readonly Func<ChatQuestion, ChatReply> _script;
    private readonly WebApplication _app;
    private int _failingEmbeddings;
    private int _underWay;
    private int _mostUnderWay;

    private ChatServer(Func<ChatQuestion, ChatReply> script)
    {
        _script = script;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapPost("/v1/chat/completions", AnswerAsync);
        _app.MapPost("/v1/embeddings", EmbedAsync);
    }

    /// <summary>The address for a client, up to <c>/v1</c>.</summary>
    public Uri Endpoint => new(_app.Urls.First() + "/v1");

    /// <summary>All questions in the order of their arrival.</summary>
    public IReadOnlyCollection<ChatQuestion> Questions => _questions;

    /// <summary>How many times each prompt was answered to its end.</summary>
    public IReadOnlyDictionary<string, int> Answered => _answered;

    /// <summary>How many requests it worked on at most at the same time.</summary>
    public int MostUnderWay => _mostUnderWay;

    /// <summary>How many requests for embeddings are answered by 429 before one succeeds.</summary>
    public int FailingEmbeddings
    {
        get => _failingEmbeddings;
        set => _failingEmbeddings = value;
    }

    /// <summary>Starts a server.</summary>
    /// <param name="script">What to reply; <see langword="null"/>: an answer that is a function of the prompt.</param>
    public static async Task<ChatServer> StartAsync(Func<ChatQuestion, ChatReply>? script = null)
    {
        var server = new ChatServer(script ?? (question => ChatReply.Of($"Answer {Hash(question.Prompt):x8}")));
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var question = Read(body.RootElement);
        _questions.Enqueue(question);
        var underWay = Interlocked.Increment(ref _underWay);
        InterlockedMax(ref _mostUnderWay, underWay);
        try
        {
            await ReplyAsync(context, question, _script(question));
        }
        catch (OperationCanceledException)
        {
            // The client went away.
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private ChatQuestion Read(JsonElement body)
    {
        var messages = body.GetProperty("messages").EnumerateArray().Select(message => (
            Role: message.GetProperty("role").GetString()!,
            Text: TextOf(message.GetProperty("content")))).ToArray();
        var prompt = string.Join('\n', messages.Select(message => message.Text));
        return new ChatQuestion(
            body.GetProperty("model").GetString()!, messages, prompt, _asked.AddOrUpdate(prompt, 1, (_, count) => count + 1), body.Clone());
    }

    private static string TextOf(JsonElement content) => content.ValueKind == JsonValueKind.String
        ? content.GetString()!
        : string.Concat(content.EnumerateArray().Select(part => part.GetProperty("text").GetString()));

    private async Task ReplyAsync(HttpContext context, ChatQuestion question, ChatReply reply)
    {
        await Task.WhenAll(Task.Delay(reply.Delay, context.RequestAborted), reply.Until.WaitAsync(context.RequestAborted));
        var bytes = Encoding.UTF8.GetBytes(reply.Body ?? Completion(question, reply.Text ?? ""));
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = "application/json";
        if (reply.RetryAfter is not null)
            context.Response.Headers.RetryAfter = reply.RetryAfter;
        context.Response.ContentLength = bytes.Length;
        if (reply.IsCutOff)
        {
            await context.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        // Counted first: a test that has its answer must see it counted.
        context.RequestAborted.ThrowIfCancellationRequested();
        if (reply is { Status: 200, Body: null })
            _answered.AddOrUpdate(question.Prompt, 1, (_, count) => count + 1);
        await context.Response.Body.WriteAsync(bytes);
        await context.Response.CompleteAsync();
    }

    private static string Completion(ChatQuestion question, string text) => JsonSerializer.Serialize(new
    {
        id = "chatcmpl-1",
        @object = "chat.completion",
        created = 1_700_000_000,
        model = question.Model,
        choices = new[] { new { index = 0, message = new { role = "assistant", content = text }, finish_reason = "stop" } },
        usage = new { prompt_tokens = 100, completion_tokens = 10, total_tokens = 110 },
    });

    private async Task EmbedAsync(HttpContext context)
    {
        if (Interlocked.Decrement(ref _failingEmbeddings) >= 0)
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "0";
            await context.Response.WriteAsJsonAsync(new { error = new { message = "too many texts", type = "scripted_error" } });
            return;
        }

        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var input = body.RootElement.GetProperty("input");
        string[] texts = input.ValueKind == JsonValueKind.String
            ? [input.GetString()!]
            : [.. input.EnumerateArray().Select(text => text.GetString()!)];
        var isBase64 = body.RootElement.TryGetProperty("encoding_format", out var format) && format.GetString() == "base64";
        await context.Response.WriteAsJsonAsync(new
        {
            @object = "list",
            model = body.RootElement.GetProperty("model").GetString(),
            data = texts.Select((text, i) => new { @object = "embedding", index = i, embedding = Embedding(text, isBase64) }),
            usage = new { prompt_tokens = texts.Length, total_tokens = texts.Length },
        });
    }

    private static object Embedding(string text, bool isBase64)
    {
        var vector = Vector(text);
        return isBase64 ? Convert.ToBase64String(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(vector)) : vector;
    }

    /// <summary>The vector of a text: texts that share words point in similar directions.</summary>
    public static float[] Vector(string text)
    {
        var vector = new float[32];
        foreach (var word in text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            vector[Hash(word) % 32]++;
        var length = MathF.Sqrt(vector.Sum(value => value * value));
        return length == 0 ? vector : Array.ConvertAll(vector, value => value / length);
    }

    private static uint Hash(string text) => text.Aggregate(2166136261u, (hash, unit) => (hash ^ unit) * 16777619u);

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen;)
            seen = Interlocked.CompareExchange(ref most, value, seen) is var now && now == seen ? value : now;
    }
}

/// <summary>What a client asked.</summary>
/// <param name="Model">The model.</param>
/// <param name="Messages">The messages.</param>
/// <param name="Prompt">The texts of all messages, a line each.</param>
/// <param name="Attempt">How many times this prompt has been asked, with this one.</param>
/// <param name="Body">The request as it came.</param>
internal sealed record ChatQuestion(
    string Model, IReadOnlyList<(string Role, string Text)> Messages, string Prompt, int Attempt, JsonElement Body);

/// <summary>What the server does.</summary>
internal sealed record ChatReply
{
    public int Status { get; init; } = 200;

    /// <summary>The answer's text; <see cref="Body"/> goes before it.</summary>
    public string? Text { get; init; }

    /// <summary>The whole body.</summary>
    public string? Body { get; init; }

    public string? RetryAfter { get; init; }

    /// <summary>Whether the connection breaks in the middle of the body.</summary>
    public bool IsCutOff { get; init; }

    public TimeSpan Delay { get; init; }

    /// <summary>Holds the reply back until it is done.</summary>
    public Task Until { get; init; } = Task.CompletedTask;

    public static ChatReply Of(string text) => new() { Text = text };

    public static ChatReply Error(int status, string message = "scripted", string? retryAfter = null) => new()
    {
        Status = status,
        Body = JsonSerializer.Serialize(new { error = new { message, type = "scripted_error", code = "scripted" } }),
        RetryAfter = retryAfter,
    };
}
