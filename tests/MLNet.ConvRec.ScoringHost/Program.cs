using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

var ml = new MLContext();
var model = ml.Model.Load(args[0], out _);
var dialogues = ml.Data.LoadDialogues([Dialogue.FromUser("I loved Arrival (2016), what next?")]);
foreach (var list in model.Transform(dialogues).ReadRecommendations())
    foreach (var item in list.Recommendations)
        Console.WriteLine($"{item.Rank}. {ListLine.Format(item.Title, item.Year)}");
