using Microsoft.ML;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Scoring;

public sealed class RecommendationDataViewExtensionsTests
{
    [Fact]
    public void Rows_AreReadByRank()
    {
        var row = new Row
        {
            Id = "a-1",
            RecommendationTitles = ["Up", "Solaris"],
            RecommendationYears = [2009, 0],
            RecommendationScores = [-0.5f, -1.25f],
        };
        var view = new MLContext().Data.LoadFromEnumerable([row, new Row { Id = "a-2" }]);

        var lists = view.ReadRecommendations().ToArray();

        Assert.Equal(["a-1", "a-2"], lists.Select(list => list.Id));
        Assert.Equal([new(1, "Up", 2009, -0.5), new(2, "Solaris", null, -1.25)], lists[0].Recommendations);
        Assert.Empty(lists[1].Recommendations);
    }

    [Fact]
    public void UnscoredRows_AreRefusedAtTheCall()
    {
        var ml = new MLContext();

        var fault = Assert.Throws<ArgumentException>(() => ml.Data.LoadDialogues([Dialogue.FromUser("Hello")]).ReadRecommendations());

        Assert.Contains(ConvRecColumns.RecommendationTitles, fault.Message, StringComparison.Ordinal);
    }

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string[] RecommendationTitles { get; set; } = [];

        public int[] RecommendationYears { get; set; } = [];

        public float[] RecommendationScores { get; set; } = [];
    }
}
