using System.Text.Json;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tests.Policy.Prompts;

public sealed class PromptOptionsTests
{
    [Fact]
    public void Options_SurviveJson()
    {
        var options = new PromptOptions { System = "S", Ask = "A {N}", ListLength = 5, MaxPromptTokens = 99, Today = new(2025, 1, 2) };

        Assert.Equal(options, JsonSerializer.Deserialize<PromptOptions>(JsonSerializer.Serialize(options)));
        Assert.NotEqual(options, new PromptOptions());
    }

    [Fact]
    public void OptionsOutOfRange_AreRefusedByName()
    {
        Refused(new PromptOptions { System = null! }, "PromptOptions.System");
        Refused(new PromptOptions { Ask = " " }, "PromptOptions.Ask");
        Refused(new PromptOptions { ListLength = 0 }, "PromptOptions.ListLength");
        Refused(new PromptOptions { MaxPromptTokens = 0 }, "PromptOptions.MaxPromptTokens");
        new PromptOptions().Validate();

        static void Refused(PromptOptions options, string name) =>
            Assert.Contains(name, Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);
    }
}
