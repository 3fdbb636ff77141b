using System.CommandLine.Invocation;
using System.Globalization;
using MLNet.ConvRec;
using MLNet.ConvRec.Policy;
using QuickStart;
using ReproducePaper;
using ReproducePaper.Paper;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    var parsed = CommandLine.Create(Start).Parse(args);
    if (parsed.Action is ParseErrorAction mistake)
        mistake.ShowHelp = false;
    return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (Exception problem) when (problem is ArgumentException or IOException or InvalidDataException or TorchUnavailableException or GpuUnavailableException)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("Stopped; run the same command again to go on.");
    return 130;
}

static int Start(Options options, CancellationToken cancellation)
{
    var preset = PaperBackbone.Find(options.Backbone) is { } backbone ? new PaperPreset(backbone, options.Data!) : null;
    Console.Write(preset?.Describe());
    preset?.RequireFiles();
    var data = options with { Dataset = preset is null ? options.Dataset : PaperPreset.Dataset } is { Data: { } folder, Dataset: { } dataset } ? QuickStartData.FromFolder(folder, dataset) : QuickStartData.Embedded(seed: 1);
    Console.WriteLine($"{data.Name}: {data.Catalog.Count:N0} items; dialogues: {data.Train.Count:N0} train, {data.Valid.Count:N0} valid, {data.Test.Count:N0} test.");
    if (data.IsSimulated)
        Console.WriteLine("The films are real; the people, what they say and what they choose are simulated.");
    var recipe = (preset?.Recipe ?? Recipe.For(data)).With(options);
    if (options.Table is { } table)
    {
        Console.WriteLine(PaperTable.Of(data, recipe, options, cancellation).Write(table));
        return 0;
    }

    return new Comparison(data, recipe, options, cancellation).Run() ? 0 : 1;
}
