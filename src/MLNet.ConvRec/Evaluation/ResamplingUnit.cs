namespace MLNet.ConvRec.Evaluation;

/// <summary>What is drawn as a whole for intervals, and paired as a whole in tests.</summary>
public enum ResamplingUnit
{
    /// <summary>
    /// The conversation, which a dialogue's id tells up to its last <c>-</c> (<see cref="Dialogues.Dialogue.ConversationId"/>). Dialogues of
    /// one conversation are its prefixes and don't vary independently: taken one by one, intervals come out too narrow. Where all ids are
    /// alike up to their last <c>-</c>, they number dialogues and tell no conversation: each dialogue then stands alone.
    /// </summary>
    Conversation,

    /// <summary>The dialogue.</summary>
    Dialogue,
}
