using Soma.Grains.Interfaces;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Tests.Searching;

/// <summary>Forms of a word, by language: a memory with one is found by another.</summary>
public sealed class WordFormTests
{
    private readonly StoredContents _stored = new();

    public WordFormTests()
    {
        string[] others =
        [
            "We painted the garden fence dark green", "Grandmother sends a parcel every winter", "Im Garten blüht der Flieder", "Le train part demain matin",
            "Вчера мы ходили в музей", "الطقس بارد اليوم", "내일 비행기를 탄다", "明日は雨です",
        ];
        for (var i = 0; i < others.Length; i++)
        {
            _stored.Put(100 + i, others[i]);
        }
    }

    [Theory]
    [InlineData("Los niños juegan en el patio", "niño")]
    [InlineData("La casa es de mi tía", "casas")]
    [InlineData("Comió con sus tíos en la cocina", "comer")]
    [InlineData("Las luces de la calle son nuevas", "luz")]
    [InlineData("Los hoteles y los jardines del centro", "jardín")]
    [InlineData("Os limões e os pães estão na mesa", "limão")]
    [InlineData("Trabalhou com os cães da fazenda", "cão")]
    [InlineData("I libri sono nella stanza di mia zia", "libro")]
    [InlineData("I laghi sono freddi anche in estate", "lago")]
    [InlineData("Les vélos et les bijoux sont chez nous", "vélo")]
    [InlineData("De kinderen spelen in de tuin van ons huis", "kind")]
    [InlineData("De brieven en de eieren liggen op tafel, zegt hij", "brief")]
    [InlineData("De bomen in onze straat zijn oud", "boom")]
    [InlineData("Die Ärztinnen und ihre Autos", "Ärztin")]
    [InlineData("Huset och nycklarna är mina", "nyckel")]
    [InlineData("Nøklene til huset er mine og dine", "nøkkel")]
    [InlineData("Lapset ovat koulussa ja minä olen kotona", "lapsi")]
    [InlineData("Avaimet ovat pöydällä, mutta missä hän on", "avain")]
    [InlineData("A gyerekek és a könyvek itt vannak", "gyerek")]
    [InlineData("A kutyák és a macskák nem alszanak", "macska")]
    [InlineData("Rengi çok güzel ama bu araba için değil", "renk")]
    [InlineData("Els gossos i les claus són a casa meva", "gos")]
    [InlineData("Cheile și florile sunt la mine", "floare")]
    [InlineData("Książki leżą na stole", "książka")]
    [InlineData("W Krakowie nie ma drukarek", "drukarka")]
    [InlineData("Щенка и кошек кормит отец", "щенок")]
    [InlineData("Τα βιβλία είναι εκεί", "βιβλίο")]
    [InlineData("Umeak etxean daude eta liburuak hemen", "liburua")]
    public Task A_word_is_found_by_another_of_its_forms(string text, string query) => IsFirst(text, query);

    [Theory]
    [InlineData("کتاب\u200Cهای من گم شد", "کتاب")]
    [InlineData("کتابهای من گم شد", "کتاب")]
    [InlineData("خانه\u200Cام دور است", "خانه")]
    [InlineData("می\u200Cخواهم بروم", "میخواهم")]
    [InlineData("کتابیں میز پر ہیں", "کتاب")]
    [InlineData("מכוניות אדומות", "מכונית")]
    [InlineData("וכשהילדים באו", "ילד")]
    [InlineData("눈이 온다", "눈")]
    [InlineData("회의가 금요일로 옮겨졌다", "회의")]
    [InlineData("\u1112\u1161\u11AB\u1100\u1173\u11AF 자모", "한글")]
    [InlineData("會議改到星期五", "会议")]
    [InlineData("台灣的图书馆很大", "圖書館")]
    [InlineData("龍の絵を買った", "竜")]
    [InlineData("リンゴを買った", "りんご")]
    [InlineData("ґанок новий", "ганок")]
    [InlineData("١٬٠٠٠ دينار", "1000")]
    [InlineData("Hawaiʻi beach", "hawaii")]
    public Task Another_way_to_write_a_word_makes_no_other_word(string text, string query) => IsFirst(text, query);

    [Theory]
    [InlineData("The mice in the attic", "mouse")]
    [InlineData("Two men came by and bought milk", "buy")]
    [InlineData("Nora went to Rome and flew back", "fly")]
    [InlineData("The organisation chart hangs here", "organization")]
    [InlineData("A colour scheme for the theatre", "color theater")]
    [InlineData("Grey wall behind the neighbours", "neighbor")]
    [InlineData("Call Mueller about the roof", "Müller")]
    [InlineData("Call Müller about the roof", "Mueller")]
    [InlineData("Ask at 555-867-5309 for the plumber", "5558675309")]
    [InlineData("The U.S. embassy is closed", "US")]
    [InlineData("Her Ph.D. is on bees", "PhD")]
    [InlineData("The node.js worker hangs", "nodejs")]
    [InlineData("We compile for C++17", "C++")]
    [InlineData("OAuth2 login fails", "oauth")]
    public Task An_English_word_or_code_is_found_in_another_spelling(string text, string query) => IsFirst(text, query);

    [Theory]
    [InlineData("de boeken", "nl")]
    [InlineData("a házban", "hu")]
    [InlineData("Der Ärger", "de")]
    [InlineData("sold the car", "en")]
    [InlineData("two men came", "en")]
    [InlineData("Wow, Melanie", "en")]
    [InlineData("getUserById fails", "en")]
    public void A_short_text_is_of_the_language_that_it_looks_like_if_a_word_or_letter_hints_at_it(string text, string language) =>
        Assert.Equal(language, TermCounts.Of(text).Language!.Name);

    [Fact]
    public async Task A_word_of_two_syllables_does_not_find_others_with_the_same_first()
    {
        _stored.Put(1, "아들 생일");
        Assert.Empty(await _stored.FindAsync("아이"));
    }

    [Fact]
    public async Task A_word_does_not_become_a_stop_word_of_its_language()
    {
        _stored.Put(1, "Ze willen in de herfst trouwen");
        Assert.Empty(await _stored.FindAsync("zee"));
    }

    [Theory]
    [InlineData("göz doktoru ve gözler için", "gozler")]
    [InlineData("A levél és a könyv itt van", "level")]
    public Task A_stem_that_needs_accents_is_met_without_them(string text, string query) => IsFirst(text, query);

    private async Task IsFirst(string text, string query)
    {
        _stored.Put(1, text);
        var found = await _stored.SearchAsync(IndexFixture.Query(query, SearchMode.Keyword));
        Assert.NotEmpty(found.Hits);
        Assert.Equal(IndexFixture.At(1), found.Hits[0].Coordinate);
    }
}
