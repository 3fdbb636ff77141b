using System.CommandLine;

namespace MLNet.ConvRec.Tool;

/// <summary>The option of every command that computes on a GPU if it is told to.</summary>
internal static class GpuOption
{
    /// <summary>Makes the option.</summary>
    /// <param name="what">What is done on the GPU, as an infinitive.</param>
    public static Option<int?> Create(string what)
    {
        var option = new Option<int?>("--gpu")
        {
            Description = $"The GPU to {what} on, such as 0. Default: the CPU.",
            HelpName = "ID",
            CustomParser = written => NumberOption.Read<int>(written, "the number of a GPU such as 0"),
        };
        option.Validators.Add(written =>
        {
            if (written.Tokens.Count > 0 && int.TryParse(written.Tokens[0].Value, out var gpu) && gpu < 0)
                written.AddError($"--gpu must be the number of a GPU, 0 or more, not {gpu}.");
        });
        return option;
    }
}
