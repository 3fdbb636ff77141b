using System.ClientModel;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace MLNet.ConvRec.Demonstrations.Chat;

/// <summary>What went wrong in one attempt.</summary>
/// <param name="IsTransient">Whether it may pass.</param>
/// <param name="Status">The HTTP status, or <see langword="null"/> if none came.</param>
/// <param name="RetryAfter">How long the server asks to wait, or <see langword="null"/>.</param>
/// <param name="Words">What is known about it, in one sentence.</param>
internal sealed record ChatFault(bool IsTransient, int? Status, TimeSpan? RetryAfter, string Words)
{
    private const int LongestWords = 400;

    /// <summary>What the user can do where a retry would not help.</summary>
    public string Remedy => Status switch
    {
        401 => "Check the API key.",
        402 => "Check the account's credit.",
        403 => "Check that the key may use this model.",
        404 => "Check the model's name and the server's address.",
        413 => "Make the prompt shorter.",
        _ => "Check the model's name, the options and the length of the prompt.",
    };

    /// <summary>Says what an exception means, or <see langword="null"/> for one that is not about the server.</summary>
    /// <param name="error">The exception of an attempt.</param>
    /// <param name="isTransient">Judges exceptions of unknown kinds, or <see langword="null"/>.</param>
    /// <param name="now">The time that a Retry-After date is counted from.</param>
    public static ChatFault? Of(Exception error, Func<Exception, bool>? isTransient, DateTimeOffset now) => error switch
    {
        // How clients that retry by themselves tell of all their attempts.
        AggregateException { InnerExceptions: [.., var last] } => Of(last, isTransient, now),
        ClientResultException { Status: > 0 } answer => OfStatus(answer.Status, RetryAfterOf(answer, now), answer.Message),
        ClientResultException or HttpRequestException { StatusCode: null } or IOException or SocketException =>
            Passing($"The connection failed: {OneLine(Innermost(error).Message)}"),
        HttpRequestException { StatusCode: { } status } => OfStatus((int)status, null, error.Message),
        JsonException => Passing($"The body of the answer is not valid JSON: {OneLine(error.Message)}"),
        _ when IsUnreadable(error) => Passing($"The body of the answer is JSON but no chat completion: {OneLine(error.Message)}"),
        TimeoutException or OperationCanceledException => Passing("There was no answer in time."),
        _ => isTransient?.Invoke(error) == true ? Passing(OneLine(error.Message)) : null,
    };

    private static ChatFault Passing(string words) => new(true, null, null, words);

    private static ChatFault OfStatus(int status, TimeSpan? retryAfter, string message)
    {
        var name = Enum.IsDefined((HttpStatusCode)status) ? $" {(HttpStatusCode)status}" : "";
        var words = string.Create(CultureInfo.InvariantCulture, $"The server said HTTP {status}{name}: {OneLine(message)}");
        return new ChatFault(status is 408 or 429 or >= 500, status, retryAfter, words);
    }

    private static TimeSpan? RetryAfterOf(ClientResultException error, DateTimeOffset now)
    {
        if (error.GetRawResponse()?.Headers.TryGetValue("Retry-After", out var text) != true
            || !RetryConditionHeaderValue.TryParse(text, out var value))
        {
            return null;
        }

        var wait = value.Delta ?? value.Date - now;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    // What OpenAI's client throws at {"error":…}, at "choices" that is no list, and at a choice without a message, all under HTTP 200.
    private static bool IsUnreadable(Exception error) => error is ArgumentOutOfRangeException { ParamName: "index" }
        or InvalidOperationException { Source: "System.Text.Json" or "System.Text.Json.Rethrowable" }
        or NullReferenceException;

    private static Exception Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error;

    private static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var shown = line.Length > LongestWords ? line[..LongestWords] + "…" : line;
        return shown is [.., '.' or '!' or '?' or '…'] ? shown : shown + ".";
    }
}
