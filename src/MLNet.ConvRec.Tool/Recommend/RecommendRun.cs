using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring;
using MLNet.ConvRec.Tool.Terminal;
using Spectre.Console;

namespace MLNet.ConvRec.Tool.Recommend;

/// <summary>Talks with a saved recommender: a message a line in, a list out.</summary>
/// <remarks>Touches nothing of training, so that it runs where libtorch can't.</remarks>
internal static class RecommendRun
{
    private const string New = "/new", Quit = "/quit";

    /// <summary>Talks until the input ends.</summary>
    /// <returns>The exit code 0.</returns>
    public static async Task<int> RunAsync(RecommendOptions options, TextReader input, TextWriter output, CancellationToken cancellation)
    {
        var candidates = options.Candidates is { } path ? CandidateFile.Read(path) : null;
        var ml = new MLContext();
        var model = RecommenderModel.Load(ml, options.Model);
        using var sessions = model as IDisposable;
        var catalog = model.ReadCatalog();
        var isTerminal = TerminalOutput.Is(output) && !Console.IsInputRedirected;
        ITalkView view = isTerminal ? new TerminalTalkView(AnsiConsole.Console) : new LineTalkView(output);
        view.Tell($"{catalog.Count:N0} items{Allowed(options.Candidates, candidates, catalog)}. {New} begins anew, {Quit} ends.");
        await TalkAsync(new Talk(ml, model, catalog, candidates), view, input, cancellation);
        return 0;
    }

    private static async Task TalkAsync(Talk talk, ITalkView view, TextReader input, CancellationToken cancellation)
    {
        while (true)
        {
            view.Ask();

            // A terminal's line can't be cancelled; waiting for it can.
            var message = await Task.Run(input.ReadLine, cancellation).WaitAsync(cancellation);
            switch (message?.Trim())
            {
                case null or Quit:
                    return;
                case "":
                    continue;
                case New:
                    talk.Begin();
                    view.Tell("A new talk.");
                    continue;
                case ['/', ..] command:
                    view.Tell($"{command} is unknown: {New} begins anew, {Quit} ends.");
                    continue;
                case var said:
                    view.Show(await Task.Run(() => talk.Say(said), cancellation));
                    continue;
            }
        }
    }

    private static string Allowed(string? path, IReadOnlyList<ItemReference>? candidates, ItemCatalog catalog)
    {
        if (candidates is null)
            return "";
        var known = candidates.Select(catalog.IndexOf).Where(index => index >= 0).Distinct().Count();
        return known > 0
            ? $", {known:N0} of them candidates ({candidates.Count:N0} given)"
            : throw new ArgumentException($"{path}: the model's catalog holds none of these {candidates.Count:N0} items; give some by title and year.");
    }
}
