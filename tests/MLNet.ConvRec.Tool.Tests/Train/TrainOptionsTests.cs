using MLNet.ConvRec.Tests;

namespace MLNet.ConvRec.Tool.Tests.Train;

public sealed class TrainOptionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--teacher chat:", "--teacher chat:NAME needs the model's name")]
    [InlineData("--teacher oracle", "--teacher oracle is unknown; use world, together, recorded:FILE or chat:NAME.")]
    [InlineData("--judge together", "--judge must be world or chat:NAME")]
    [InlineData("--judge world", "--judge world needs --world-ratings FILE and --world-items FILE")]
    [InlineData("--chat-journal j", "--chat-endpoint and --chat-journal are for language models")]
    [InlineData("--chat-budget calls", "--chat-budget calls can't be read; write for example --chat-budget calls=5,tokens=5,cost=5.")]
    [InlineData("--teacher chat:m --chat-budget cost=2", "--chat-budget cost=X needs --chat-price")]
    [InlineData("--teacher chat:m --chat-endpoint nowhere", "--chat-endpoint must be an address such as")]
    [InlineData("--teacher recorded:", "--teacher recorded:FILE needs the file of recorded lists")]
    [InlineData("--teacher world", "--teacher world needs --world-ratings FILE and --world-items FILE")]
    [InlineData("--world-ratings r.csv", "--world-ratings r.csv needs --world-items FILE")]
    [InlineData("--world-items i.jsonl", "--world-items i.jsonl needs --world-ratings FILE")]
    [InlineData("--teacher together --world-ratings r --world-items i", "--world-ratings are known to --teacher world alone")]
    [InlineData("--lora 0", "--lora must be 1 or more, not 0.")]
    [InlineData("--batch 0", "--batch 0 can't be read; write auto, or a number of tokens such as 4096.")]
    [InlineData("--batch large", "--batch large can't be read")]
    [InlineData("--checkpoint-every 0", "--checkpoint-every must be 1 or more, not 0.")]
    [InlineData("--checkpoint-every often", "--checkpoint-every must be a whole number such as 50, not often.")]
    [InlineData("--stages sft", "The stage sft imitates demonstrations; write --stages demonstrations,sft.")]
    [InlineData("--stages demonstrations", "The stage demonstrations alone trains nothing")]
    [InlineData("--stages polish", "--stages polish is unknown; the stages are demonstrations,sft,rank-grpo.")]
    [InlineData("--stages ,", "--stages must name at least one")]
    [InlineData("--stages demonstrations,sft --steps rank-grpo=3", "--steps rank-grpo=3 needs the stage rank-grpo")]
    [InlineData("--steps sft", "--steps sft can't be read")]
    [InlineData("--steps sft=0", "--steps sft=0 must be a whole number from 1")]
    [InlineData("--backbone nowhere", "--backbone nowhere is not there")]
    [InlineData("--algorithm ppo", "--algorithm ppo is unknown; the algorithms are rank-grpo, grpo and gspo.")]
    [InlineData("--algorithm grpo --reward exp=2", "--algorithm grpo rewards a list as a whole; leave --reward out, or use --algorithm rank-grpo.")]
    [InlineData("--stages demonstrations,sft --kl 0.1", "--algorithm, --reward, --updates-per-rollout, --kl, --rollouts, --free and --patience are for the stage rank-grpo; add it to --stages")]
    [InlineData("--stages demonstrations,sft --free", "--algorithm, --reward, --updates-per-rollout, --kl, --rollouts, --free and --patience are for the stage rank-grpo")]
    [InlineData("--reward recall", "--reward recall can't be read; write one of exp-infinity, exp=G, dcg-from, windowed=W, for example --reward exp=2.")]
    [InlineData("--reward exp", "--reward exp can't be read")]
    [InlineData("--reward exp=0.5", "--reward exp=0.5: Γ must be a number from 1 on")]
    [InlineData("--reward windowed=0", "--reward windowed=0: w must be a whole number from 1 on")]
    [InlineData("--updates-per-rollout 0", "--updates-per-rollout must be 1 or more, not 0.")]
    [InlineData("--updates-per-rollout two", "--updates-per-rollout must be a whole number such as 2, not two.")]
    [InlineData("--patience 3", "--patience 3 needs dialogues to look at; add --valid.")]
    [InlineData("--valid V --patience 0", "--patience must be 1 or more, not 0.")]
    [InlineData("--kl -1", "--kl must be 0 or more, not -1.")]
    [InlineData("--kl much", "--kl must be a number such as 1e-3, not much.")]
    [InlineData("--precision half", "--precision half is unknown; the formats are full, mixed and bfloat16.")]
    [InlineData("--imitate scores", "--imitate scores is unknown; choose list, soft or soft-lines.")]
    [InlineData("--imitate list --imitate-temperature 2", "--imitate-temperature 2 is of scores; add --imitate soft or soft-lines, or leave it out.")]
    [InlineData("--imitate soft --imitate-temperature 0", "--imitate-temperature must be above 0, not 0.")]
    [InlineData("--imitate soft --imitate-temperature warm", "--imitate-temperature must be a number such as 1, not warm.")]
    [InlineData("--share 0", "--share must be above 0 and at most 1, not 0.")]
    [InlineData("--share all", "--share must be a number such as 0.5, not all.")]
    [InlineData("--copies -1", "--copies must be 0 or more, not -1.")]
    [InlineData("--copies some", "--copies must be a whole number such as 6, not some.")]
    [InlineData("--stages rank-grpo --imitate soft", "--imitate, --imitate-temperature, --share, --held-out, --copies, --whole-text and --item-features are for the stage sft; add it to --stages")]
    [InlineData("--item-features plots", "--item-features must be none, or some of genres,ratings,dialogues, not plots.")]
    [InlineData("--item-features genres,", "--item-features must be none, or some of genres,ratings,dialogues, not .")]
    [InlineData("--whole-text maybe", "--whole-text must be true or false, not maybe.")]
    [InlineData("--held-out 1", "--held-out must be 0 or more and below 1, not 1.")]
    [InlineData("--held-out some", "--held-out must be a number such as 0.1, not some.")]
    [InlineData("--share 0.8 --held-out 0.3", "--share 0.8 and --held-out 0.3 are more than all of train together; lower one of them.")]
    [InlineData("--recipe best", "--recipe best is unknown; choose world, real or paper.")]
    [InlineData("--rollouts greedy", "--rollouts greedy is unknown; choose lines or first.")]
    [InlineData("--rollouts first --free", "--rollouts first draws items of the catalog, and --free writes without its mask; leave one of them out.")]
    [InlineData("--stages demonstrations,sft --rollouts first", "--algorithm, --reward, --updates-per-rollout, --kl, --rollouts, --free and --patience are for the stage rank-grpo")]
    [InlineData("--item-features ratings", "--item-features ratings needs --world-ratings FILE and --world-items FILE.")]
    [InlineData("--item-features genres --backbone .", "--item-features genres is for a policy made from scratch")]
    [InlineData("--gpu -1", "--gpu must be the number of a GPU, 0 or more, not -1.")]
    [InlineData("--decoding beam", "--decoding beam is unknown; choose lines, first or joined.")]
    [InlineData("--learning-rate 1e-4", "--learning-rate 1e-4 can't be read; write for example --learning-rate sft=1e-3,rank-grpo=1e-5.")]
    [InlineData("--learning-rate sft=0", "--learning-rate sft=0 must be a number above 0, such as sft=1e-5.")]
    [InlineData("--learning-rate sft=NaN", "--learning-rate sft=NaN must be a number above 0")]
    [InlineData("--stages rank-grpo --learning-rate sft=1e-3", "--learning-rate sft=0.001 needs the stage sft; add it to --stages.")]
    [InlineData("--stages demonstrations,sft --learning-rate rank-grpo=1e-3", "--learning-rate rank-grpo=0.001 needs the stage rank-grpo; add it to --stages.")]
    [InlineData("--budget 0", "--budget must be above 0")]
    [InlineData("--budget soon", "--budget must be a number of minutes such as 60, not soon.")]
    [InlineData("--seed -1", "--seed must be 0 or more")]
    public async Task OptionThatCannotBe_IsOneSentenceAndNoFolder(string options, string sentence)
    {
        var run = await Run.Of(["train", "--catalog", "c", "--train", "t", "--output", _folder.PathOf("run"), .. options.Split(' ')]);

        Assert.StartsWith(sentence, run.Sentence, StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
    }
}
