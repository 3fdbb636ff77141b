using System.CommandLine;
using MLNet.ConvRec.Export;

namespace MLNet.ConvRec.Tool.Export;

/// <summary>The command line of <c>convrec export</c>.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var model = FileOption.Optional("--model", "The model.zip that training wrote; or give --policy.");
        var policy = new Option<string?>("--policy") { Description = "A policy's folder, such as RUN/policy; with --catalog.", HelpName = "FOLDER" };
        var catalog = FileOption.Optional("--catalog", "The items that may be recommended. The default is the model's own.");
        var output = FileOption.Required("--output", "The folder to write; an earlier export in it is replaced.", "FOLDER");
        var precision = Choice("--precision", "How exactly weights are held. The default is fp32.", ExportChoices.Precisions, "fp32");
        var decoding = Choice("--decoding", "How recommender.onnx writes a list. The default is lines.", DecodingName.All, "lines");
        var metrics = FileOption.Optional("--metrics", "What convrec evaluate --json wrote, for the model card.");
        var decoderOnly = new Option<bool>("--decoder-only")
        {
            Description = "Leave out recommender.onnx, which holds less than 2 GiB; the decoder in onnx/ may be larger.",
        };
        var command = new ExampleCommand("export", Description, Example) { model, policy, catalog, output, precision, decoding, decoderOnly, metrics };
        command.SetAction((parsed, cancellation) =>
        {
            var request = new ExportRequest
            {
                Model = parsed.GetValue(model),
                Policy = parsed.GetValue(policy),
                Catalog = parsed.GetValue(catalog),
                Output = parsed.GetRequiredValue(output),
                Options = new ExportOptions
                {
                    Precision = ExportChoices.Precision(parsed.GetRequiredValue(precision)),
                    Decoding = DecodingName.Parse(parsed.GetRequiredValue(decoding)),
                    IsDecoderOnly = parsed.GetValue(decoderOnly),
                    MetricsFile = parsed.GetValue(metrics),
                },
            };
            return Task.Run(() => ExportRun.Run(request, parsed.InvocationConfiguration.Output), cancellation);
        });
        return command;
    }

    private static Option<string> Choice(string name, string description, string choices, string otherwise) =>
        new(name) { Description = description, HelpName = choices, DefaultValueFactory = _ => otherwise };

    private const string Description =
        "Writes a recommender as a folder of ONNX graphs and configs, for hosts other than ML.NET. The folder is whole or not there.";

    private const string Example = """
        \
            --model artifacts/redial/model.zip --output artifacts/redial/onnx --precision int8
        """;
}
