namespace Soma.Grains.Engine.Committing;

/// <summary>What making and removing a link does. End points need not exist, so a link is never refused.</summary>
internal static class LinkDecider
{
    public static Decision Link(BatchDraft draft, PutLink link)
    {
        var row = new LinkRow(new LinkKey(link.From, link.To, link.LinkType), link.Strength, link.Metadata, draft.NextSeq);
        draft.PutLink(row);
        return Decision.Link(row.Seq);
    }

    public static Decision Unlink(BatchDraft draft, DeleteLink link)
    {
        var key = new LinkKey(link.From, link.To, link.LinkType);
        if (!draft.LinkExists(key))
        {
            return Decision.Remove(0, draft.NextSeq - 1);
        }

        draft.DeleteLink(key);
        return Decision.Remove(1, draft.NextSeq - 1);
    }
}
