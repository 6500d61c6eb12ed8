package notation

import (
	"fmt"
	"math"
	"strings"

	"parley/geo"
)

const garsLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ"

// ToGARS gives the area of the Global Area Reference System that holds a
// place: with level 0 the cell of 30 minutes ("432LG"), with 1 its quadrant of
// 15, with 2 the key of 5 in it. What lies on an edge belongs to the area north
// and east of it.
func ToGARS(p geo.Point, level int) string {
	// In 5 minutes. Most of them are no binary fractions: what is on an edge to
	// less than a hundredth of a millimetre is on it.
	x := int(math.Floor((p.Lon+180)*12+1e-9)) % 4320
	y := min(int(math.Floor((p.Lat+90)*12+1e-9)), 2159)
	band := y / 6
	s := fmt.Sprintf("%03d%c%c", x/6+1, garsLetters[band/24], garsLetters[band%24])
	if level > 0 {
		s += fmt.Sprint(2*(1-y%6/3) + x%6/3 + 1)
	}
	if level > 1 {
		s += fmt.Sprint(3*(2-y%3) + x%3 + 1)
	}
	return s
}

// readGARS gives the middle of an area and half its side in degrees.
func readGARS(cell int, letters string, digits string) (geo.Point, float64, error) {
	hi, lo := strings.IndexByte(garsLetters, letters[0]), strings.IndexByte(garsLetters, letters[1])
	if cell < 1 || cell > 720 || hi < 0 || lo < 0 || hi*24+lo > 359 {
		return geo.Point{}, 0, fault(FaultArea, "GARS cells run from 001AA to 720QZ")
	}
	lon, lat, side := float64(cell-1)/2-180, float64(hi*24+lo)/2-90, 0.5
	if len(digits) > 0 {
		q := digits[0] - '0'
		if q < 1 || q > 4 {
			return geo.Point{}, 0, fault(FaultArea, "a GARS quadrant is 1 to 4")
		}
		side = 0.25
		lon, lat = lon+float64((q-1)%2)*side, lat+float64(1-(q-1)/2)*side
	}
	if len(digits) > 1 {
		k := digits[1] - '0'
		if k < 1 || k > 9 {
			return geo.Point{}, 0, fault(FaultArea, "a GARS key is 1 to 9")
		}
		side = 0.25 / 3
		lon, lat = lon+float64((k-1)%3)*side, lat+float64(2-(k-1)/3)*side
	}
	return geo.Point{Lat: lat + side/2, Lon: lon + side/2}, side / 2, nil
}
