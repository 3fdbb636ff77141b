using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Prompts;

namespace MLNet.ConvRec.Tests.Policy.Prompts;

public sealed class ChatMlTests
{
    [Fact]
    public void MessagesWithoutASystemText_BeginWithTheFormatsOwn()
    {
        var format = new ChatMl { DefaultSystem = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant." };

        Assert.Equal("<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\n", Text(format.Opening("", default)));
        Assert.Equal("<|im_start|>system\nBe brief. <|im_end|>\n", Text(format.Opening("Be brief. ", default)));
        Assert.Equal("", Text(new ChatMl().Opening("", default)));
    }

    [Fact]
    public void Thoughts_AreLeftOut_AndTheAnswerBeginsAfterAnEmptyOne()
    {
        var format = new ChatMl { HasThoughts = true };

        Assert.Equal("<|im_start|>assistant\nB<|im_end|>\n", Text(format.Message("assistant", "<think>\nA\n</think>\n\nB")));
        Assert.Equal("<|im_start|>user\n</think>B<|im_end|>\n", Text(format.Message("user", "</think>B")));
        Assert.Equal("<|im_start|>assistant\n<think>\n\n</think>\n\n", Text(format.AnswerStart()));
        Assert.Equal(["<|im_start|>", "<think>", "</think>"], format.AnswerStart().Where(part => part.IsControl).Select(part => part.Text));
        Assert.Equal("<|im_start|>assistant\n</think>B<|im_end|>\n", Text(new ChatMl().Message("assistant", "</think>B")));
    }

    private static string Text(IEnumerable<PromptPart> parts) => string.Concat(parts.Select(part => part.Text));
}
