namespace MLNet.ConvRec.Tool.Recommend;

/// <summary>Shows a talk: to a person at a terminal, or to whatever reads the output.</summary>
internal interface ITalkView
{
    /// <summary>Asks for the next message.</summary>
    void Ask();

    /// <summary>Says something about the talk.</summary>
    void Tell(string text);

    /// <summary>Shows an answer.</summary>
    void Show(Answer answer);
}
