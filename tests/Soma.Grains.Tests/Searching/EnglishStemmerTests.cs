using Soma.Grains.Searching.Text;

namespace Soma.Grains.Tests.Searching;

public sealed class EnglishStemmerTests
{
    // Pairs of Porter2's own sample vocabulary and of the examples in its description.
    [Theory]
    [InlineData("caresses caress flies fli dies die mules mule denied deni died die agreed agre owned own humbled humbl sized size")]
    [InlineData("meeting meet stating state itemization item sensational sensat traditional tradit reference refer colonizer colon plotted plot")]
    [InlineData("ties tie cries cri gas gas this this gaps gap kiwis kiwi hoping hope hopping hop hoped hope hops hop")]
    [InlineData("consign consign consigned consign consigning consign consist consist consistency consist consistent consist consistently consist")]
    [InlineData("consolation consol console consol consolidate consolid constable constabl constancy constanc construction construct")]
    [InlineData("knack knack knavish knavish kneaded knead kneeling kneel knew knew knightly knight knights knight knitted knit knives knive knocker knocker knots knot")]
    [InlineData("happy happi happily happili cry cri by by say say easily easili generously generous generate generat generic generic")]
    [InlineData("communism communism community communiti arsenal arsenal rational ration relational relat conditional condit")]
    [InlineData("skis ski skies sky dying die lying lie news news outing outing inning inning proceeding proceed succeeded succeed")]
    [InlineData("running run runner runner allergies allergi allergy allergi painting paint adoption adopt adopted adopt university univers")]
    [InlineData("caroline's carolin dogs' dog hopefulness hope goodness good electrical electr formative format triplicate triplic")]
    [InlineData("bed bed shed shed luxuriated luxuri troubled troubl falling fall filing file failing fail fizzed fizz")]
    [InlineData("controlled control rolling roll youth youth boyish boyish is is at at beautiful beauti")]
    public void Words_come_to_their_stems(string pairs)
    {
        var words = pairs.Split(' ');
        for (var i = 0; i < words.Length; i += 2)
        {
            Assert.Equal((words[i], words[i + 1]), (words[i], Stem(words[i])));
        }
    }

    private static string Stem(string word)
    {
        var buffer = new char[word.Length + 1];
        word.CopyTo(buffer);
        return new string(buffer, 0, EnglishStemmer.Stem(buffer, word.Length));
    }
}
