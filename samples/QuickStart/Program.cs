using System.Globalization;
using QuickStart;
using QuickStart.Terminal;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    return await CommandLine.Create(Run).Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (Exception problem) when (problem is ArgumentException or IOException or InvalidDataException)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}

static int Run(Options options, CancellationToken cancellation)
{
    options.Validate();
    var display = Display.OfConsole();
    var data = options is { Data: { } folder, Dataset: { } dataset }
        ? QuickStartData.FromFolder(folder, dataset)
        : QuickStartData.Embedded(options.Seed);
    cancellation.ThrowIfCancellationRequested();
    display.Title("MLNet.ConvRec QuickStart", $"{data.Name}, seed {options.Seed}");
    display.Line($"{data.Catalog.Count:N0} items; dialogues: {data.Train.Count:N0} train, {data.Valid.Count:N0} valid, {data.Test.Count:N0} test.");
    if (data.IsSimulated)
        display.Line("The films are real; the people, what they say and what they choose are simulated.");
    return 0;
}
