using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;

// Uses torch, with the libtorch of the folder that is given, if one is, and prints what it computed and which libraries are in the process.
try
{
    if (args is [var folder])
        TorchLibrary.Use(folder);
    TorchRuntime.EnsureLoaded();
    Console.WriteLine($"CUDA {torch.cuda.is_available()}");
    using var numbers = torch.tensor(new[] { 1f, 2f });
    Console.WriteLine($"sum {numbers.sum().item<float>()}");
    foreach (var file in LoadedFiles().Where(file => Path.GetFileName(file).Contains("torch", StringComparison.OrdinalIgnoreCase) && file.Contains(".so", StringComparison.Ordinal)))
        Console.WriteLine(file);
    if (args is [var again])
        TorchLibrary.Use(again);
    return 0;
}
catch (InvalidOperationException fault)
{
    Console.Error.WriteLine(fault.Message);
    return 1;
}

static IEnumerable<string> LoadedFiles() =>
    File.ReadLines("/proc/self/maps").Select(line => line.Split(' ')[^1]).Where(file => file.StartsWith('/')).Distinct();
