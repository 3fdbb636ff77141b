using System.CommandLine.Invocation;
using System.Globalization;
using MLNet.ConvRec;
using MLNet.ConvRec.Policy;
using QuickStart;
using QuickStart.Terminal;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    var parsed = CommandLine.Create(Start).Parse(args);
    if (parsed.Action is ParseErrorAction mistake)
        mistake.ShowHelp = false;
    return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (Exception problem) when (problem is IOException or InvalidDataException or TorchUnavailableException or GpuUnavailableException)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("Stopped.");
    return 130;
}

static int Start(Options options, CancellationToken cancellation)
{
    var display = Display.OfConsole();
    var data = options is { Data: { } folder, Dataset: { } dataset }
        ? QuickStartData.FromFolder(folder, dataset)
        : QuickStartData.Embedded(options.Seed);
    cancellation.ThrowIfCancellationRequested();
    display.Title("MLNet.ConvRec QuickStart", $"{data.Name}, seed {options.Seed}");
    var (train, valid, test) = (data.Train.Count, data.Valid.Count, data.Test.Count);
    display.Line($"{data.Catalog.Count:N0} items; dialogues: {train:N0} train, {valid:N0} valid, {test:N0} test.");
    if (data.IsSimulated)
        display.Line("The films are real; the people, what they say and what they choose are simulated.");
    new Run(data, options, display, cancellation).Execute();
    return 0;
}
