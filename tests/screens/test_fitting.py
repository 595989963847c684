from threading import current_thread, main_thread

import pytest
from anyio import create_task_group, wait_all_tasks_blocked
from PIL import Image

from coasty_mcp.api.errors import InvalidScreenshot
from coasty_mcp.api.wire.predict import Action
from coasty_mcp.screens import ImageFormat, Picture, Size, draw_actions, fit_for_api, fit_for_model
from coasty_mcp.screens.decoding import ONE_AT_A_TIME, run_in_worker
from support.drawings import encode, noise_picture, pil_image, plain_picture


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP"])
async def test_a_small_picture_passes_through_untouched(name: str) -> None:
    small = plain_picture(1280, 720, name)
    assert await fit_for_model(small) is small
    assert await fit_for_api(small) is small


@pytest.mark.parametrize("name", ["GIF", "BMP"])
async def test_what_not_everything_reads_is_encoded_anew(name: str) -> None:
    assert (await fit_for_model(plain_picture(400, 300, name))).mime_type == "image/jpeg"
    assert (await fit_for_api(plain_picture(400, 300, name))).mime_type == "image/jpeg"


async def test_a_large_picture_is_fitted_and_keeps_its_shape() -> None:
    shown = await fit_for_model(plain_picture(1080, 1920))
    assert shown.size == Size(*pil_image(shown).size) == Size(405, 720)
    assert shown.mime_type == "image/jpeg"


@pytest.mark.parametrize("image_format", ["jpeg", "webp", "png"])
async def test_a_format_can_be_asked_for(image_format: ImageFormat) -> None:
    shown = await fit_for_model(plain_picture(1920, 1080, "BMP"), image_format=image_format)
    assert shown.mime_type == f"image/{image_format}"
    assert Picture.from_bytes(shown.data) == shown
    assert await fit_for_model(shown, image_format=image_format) is shown


async def test_a_small_picture_of_another_format_than_asked_for_is_encoded_anew() -> None:
    assert (
        await fit_for_model(plain_picture(640, 480), image_format="webp")
    ).mime_type == "image/webp"


@pytest.mark.parametrize("image_format", ["auto", "webp", "png"])
async def test_even_noise_becomes_small_enough(image_format: ImageFormat) -> None:
    shown = await fit_for_model(noise_picture(1280, 720), image_format=image_format)
    assert len(shown.base64) <= 700_000
    assert shown.size.width / shown.size.height == pytest.approx(16 / 9, abs=0.01)


async def test_quality_goes_before_size() -> None:
    source = noise_picture(400, 300)
    best = len((await fit_for_model(source, image_format="jpeg")).data)
    assert (
        await fit_for_model(source, image_format="jpeg", most_bytes=best - 1)
    ).size == source.size
    assert (await fit_for_model(source, image_format="jpeg", most_bytes=best // 4)).size.width < 400


async def test_what_a_file_carries_beside_its_picture_is_dropped() -> None:
    profile = Image.effect_noise((1000, 600), 90).tobytes()
    laden = encode(Image.new("RGB", (640, 480), "navy"), icc_profile=profile)
    shown = await fit_for_model(laden, image_format="png")
    assert shown.size == laden.size
    assert len(shown.data) < 10_000


async def test_thin_lines_keep_their_colours() -> None:
    page = Image.new("RGB", (64, 64), "white")
    for x in range(0, 64, 2):
        page.paste("red", (x, 0, x + 1, 64))
    shown = pil_image(await fit_for_model(encode(page), image_format="jpeg"))
    for x, colour in ((32, (255, 0, 0)), (33, (255, 255, 255))):
        assert shown.getpixel((x, 32)) == pytest.approx(colour, abs=40)


async def test_a_thin_picture_becomes_small_enough_too() -> None:
    shown = await fit_for_model(noise_picture(2000, 2), most_bytes=1500)
    assert len(shown.data) <= 1500


async def test_no_picture_for_a_model_is_ever_longer_than_1568_pixels() -> None:
    assert (await fit_for_model(plain_picture(2000, 500), Size(9999, 9999))).size == Size(1568, 392)


async def test_an_hd_picture_goes_to_the_api_as_it_is_only_when_asked_for() -> None:
    full = plain_picture(1920, 1080)
    assert await fit_for_api(full, hd=True) is full
    assert (await fit_for_api(full)).size == Size(1280, 720)
    assert (await fit_for_api(plain_picture(4000, 2250), hd=True)).size == Size(3840, 2160)


async def test_a_picture_for_the_api_stays_within_its_10_mb() -> None:
    heavy = noise_picture(1900, 1500)
    assert len(heavy.base64) > 10_485_760
    assert len((await fit_for_api(heavy, hd=True)).base64) <= 10_485_760


@pytest.mark.parametrize(("width", "height"), [(79, 100), (100, 59), (1, 1)])
async def test_the_api_takes_no_tiny_pictures(width: int, height: int) -> None:
    with pytest.raises(InvalidScreenshot, match="needs 320x240") as refused:
        await fit_for_api(plain_picture(width, height))
    assert "hd" not in str(refused.value)


async def test_a_tall_picture_may_need_hd() -> None:
    tall = plain_picture(1080, 2640)
    with pytest.raises(InvalidScreenshot, match=r"would be sent as 295x720.*hd=true"):
        await fit_for_api(tall)
    assert (await fit_for_api(tall, hd=True)).size == Size(884, 2160)


async def test_pictures_are_worked_on_one_after_another_beside_the_event_loop() -> None:
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        assert current_thread() is not main_thread()
        inside += 1
        most = max(most, inside)
        inside -= 1

    async with create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(run_in_worker, work)
    assert most == 1


async def test_a_second_picture_waits_for_its_turn() -> None:
    large, no_actions, first = plain_picture(1920, 1080), list[Action](), object()
    waiting = 0
    async with create_task_group() as tasks:
        ONE_AT_A_TIME.acquire_on_behalf_of_nowait(first)
        tasks.start_soon(fit_for_model, large)
        tasks.start_soon(draw_actions, large, no_actions)
        await wait_all_tasks_blocked()
        waiting = ONE_AT_A_TIME.statistics().tasks_waiting
        ONE_AT_A_TIME.release_on_behalf_of(first)
    assert waiting == 2


@pytest.mark.parametrize(
    ("small", "sent"),
    [
        ((80, 60), (320, 240)),
        ((200, 100), (600, 300)),
        ((160, 240), (320, 480)),
        ((700, 200), (840, 240)),
    ],
)
async def test_a_picture_smaller_than_the_api_takes_is_enlarged(
    small: tuple[int, int], sent: tuple[int, int]
) -> None:
    assert (await fit_for_api(plain_picture(*small))).size == Size(*sent)
