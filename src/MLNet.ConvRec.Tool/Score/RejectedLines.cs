using System.Text.Encodings.Web;
using System.Text.Json;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tool.Score;

/// <summary>
/// The malformed lines that <c>--skip-invalid</c> leaves out: a ledger <c>{"file","line","reason"}</c>, one a line, beside the output, and
/// the first of them on standard error.
/// </summary>
/// <param name="path">The ledger; <see langword="null"/>: there is none, and all of them are told on standard error.</param>
/// <param name="error">Standard error.</param>
internal sealed class RejectedLines(string? path, TextWriter error) : IDisposable
{
    private const int ToldAtMost = 20;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private StreamWriter? _ledger;
    private long _count;

    private string Partial => path + ".partial";

    /// <summary>Lists one more.</summary>
    public void Add(InvalidLine line)
    {
        _count++;
        if (path is null || _count <= ToldAtMost)
            error.WriteLine($"{line} Left out.");
        if (path is null)
            return;
        if (_count == ToldAtMost + 1)
            error.WriteLine($"More lines are left out; {path} will list them all.");
        _ledger ??= new StreamWriter(Partial) { NewLine = "\n" };
        _ledger.WriteLine(JsonSerializer.Serialize(new { file = line.Path, line = line.Line, reason = line.Problem }, Json));
    }

    /// <summary>Ends the ledger, which is not there if no line was left out, and tells how many were.</summary>
    public void Complete()
    {
        Dispose();
        if (_count > 0 && path is not null)
            File.Move(Partial, path, overwrite: true);
        else if (path is not null)
            File.Delete(path);
        var place = _count > 0 && path is not null ? $": {path}" : "";
        error.WriteLine($"{_count:N0} malformed line{(_count == 1 ? "" : "s")} left out{place}.");
    }

    /// <summary>Deletes the ledger of a run that failed; reading its input again makes it again.</summary>
    public void Interrupt()
    {
        Dispose();
        if (path is not null)
            File.Delete(Partial);
    }

    public void Dispose() => _ledger?.Dispose();
}
